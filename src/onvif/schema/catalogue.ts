import type { QName, XmlNamespace } from "#xml/qname";
import type { Schema, SchemaNamespace } from "#xml/schema";
import type { ServiceDeclaration } from "../operation.js";
import { tas, tds, tev, tmd, tr2, trt, tt, wsa, wsnt, wstop, xop } from "./namespaces.js";
import * as deviceCertificates from "./device/certificates.js";
import * as deviceDiscovery from "./device/discovery.js";
import * as deviceGeoLocation from "./device/geo-location.js";
import * as deviceIo from "./device/io.js";
import * as deviceNetwork from "./device/network.js";
import * as deviceSecurity from "./device/security.js";
import * as deviceService from "./device/service.js";
import * as deviceStorage from "./device/storage.js";
import * as deviceSystem from "./device/system.js";
import * as deviceTypes from "./device/types.js";
import * as deviceIoAction from "./deviceio/action.js";
import * as deviceIoIoOperations from "./deviceio/io-operations.js";
import * as deviceIoMediaOperations from "./deviceio/media-operations.js";
import * as deviceIoService from "./deviceio/service.js";
import * as deviceIoTypes from "./deviceio/types.js";
import * as eventPortType from "./events/event-port-type.js";
import * as eventTypes from "./events/types.js";
import * as notificationProducer from "./events/notification-producer.js";
import * as pullPointSubscription from "./events/pull-point-subscription.js";
import * as subscriptionManager from "./events/subscription-manager.js";
import * as mediaConfigurationOperations from "./media/configuration-operations.js";
import * as mediaProfileOperations from "./media/profile-operations.js";
import * as mediaService from "./media/service.js";
import * as mediaStreamOperations from "./media/stream-operations.js";
import * as mediaTypes from "./media/types.js";
import * as media2AudioClipOperations from "./media2/audio-clip-operations.js";
import * as media2AudioClip from "./media2/audio-clip.js";
import * as media2Capabilities from "./media2/capabilities.js";
import * as media2Mask from "./media2/mask.js";
import * as media2ProfileOperations from "./media2/profile-operations.js";
import * as media2Profile from "./media2/profile.js";
import * as media2Service from "./media2/service.js";
import * as media2StreamOperations from "./media2/stream-operations.js";
import * as media2Streaming from "./media2/streaming.js";
import * as securityAuthorizationServer from "./security/authorization-server.js";
import * as securityCapabilities from "./security/capabilities.js";
import * as securityDot1x from "./security/dot1x.js";
import * as securityIdentifiers from "./security/identifiers.js";
import * as securityJwt from "./security/jwt.js";
import * as securityKeystore from "./security/keystore.js";
import * as securityKeystoreCertificates from "./security/keystore-certificates.js";
import * as securityKeystoreKeys from "./security/keystore-keys.js";
import * as securityKeystoreValidation from "./security/keystore-validation.js";
import * as securityMediaSigning from "./security/media-signing.js";
import * as securityNames from "./security/names.js";
import * as securityService from "./security/service.js";
import * as securityTlsServer from "./security/tls-server.js";
import * as securityTypes from "./security/types.js";
import * as analyticsConfiguration from "./tt/analytics-configuration.js";
import * as attachment from "./tt/attachment.js";
import * as audioDecoder from "./tt/audio-decoder.js";
import * as audioEncoder from "./tt/audio-encoder.js";
import * as audioSource from "./tt/audio-source.js";
import * as capabilities from "./tt/capabilities.js";
import * as certificate from "./tt/certificate.js";
import * as common from "./tt/common.js";
import * as deviceCapabilities from "./tt/device-capabilities.js";
import * as discovery from "./tt/discovery.js";
import * as dot11 from "./tt/dot11.js";
import * as geoLocation from "./tt/geo-location.js";
import * as imagingSettings from "./tt/imaging-settings.js";
import * as imagingSettings20 from "./tt/imaging-settings20.js";
import * as io from "./tt/io.js";
import * as message from "./tt/message.js";
import * as metadataConfiguration from "./tt/metadata-configuration.js";
import * as multicast from "./tt/multicast.js";
import * as networkInterface from "./tt/network-interface.js";
import * as network from "./tt/network.js";
import * as osd from "./tt/osd.js";
import * as profile from "./tt/profile.js";
import * as ptzConfiguration from "./tt/ptz-configuration.js";
import * as sensorData from "./tt/sensor-data.js";
import * as streaming from "./tt/streaming.js";
import * as system from "./tt/system.js";
import * as user from "./tt/user.js";
import * as videoEncoder from "./tt/video-encoder.js";
import * as videoEncoder2 from "./tt/video-encoder2.js";
import * as videoOutput from "./tt/video-output.js";
import * as videoSource from "./tt/video-source.js";
import * as wsaTypes from "./wsa.js";
import * as wsntTypes from "./wsnt.js";
import * as wstopTypes from "./wstop.js";
import * as xopTypes from "./xop.js";

/** What the files of one namespace export: schema types under the names of the standard, and services. */
export interface SchemaModules {
  readonly namespace: SchemaNamespace;
  readonly modules: readonly Readonly<Record<string, unknown>>[];
}

/** Every declared type with its name, and every declared service. */
export interface Catalogue {
  readonly types: ReadonlyMap<Schema, QName>;
  readonly services: readonly ServiceDeclaration[];
  /** The namespaces of all of them, by URI. */
  readonly namespaces: ReadonlyMap<string, XmlNamespace>;
}

const isService = (value: unknown): value is ServiceDeclaration =>
  typeof value === "object" && value !== null && "operations" in value && "namespace" in value && "version" in value;

const KINDS: ReadonlySet<unknown> = new Set(["simple", "complex", "raw", "lazy"]);
const isSchema = (value: unknown): value is Schema =>
  typeof value === "object" && value !== null && "kind" in value && KINDS.has(value.kind);

/**
 * Names the types that modules export. A type is found again by identity: what is not exported here is an anonymous
 * type. Complex types know their namespace, simple ones are of that of their module.
 */
export function catalogueOf(all: readonly SchemaModules[]): Catalogue {
  const types = new Map<Schema, QName>();
  const services: ServiceDeclaration[] = [];
  const namespaces = new Map<string, XmlNamespace>();
  for (const { namespace, modules } of all)
    for (const module of modules)
      for (const [name, value] of Object.entries(module))
        if (isService(value)) {
          services.push(value);
          namespaces.set(value.namespace.uri, value.namespace);
        } else if (isSchema(value) && !types.has(value)) {
          const home = value.kind === "complex" ? value.namespace : namespace;
          types.set(value, { namespace: home.uri, name });
          namespaces.set(home.uri, home);
        }
  return { types, services, namespaces };
}

/** All files of this folder that declare types or services. */
export const schemaModules: readonly SchemaModules[] = [
  {
    namespace: tds,
    modules: [
      deviceCertificates,
      deviceDiscovery,
      deviceGeoLocation,
      deviceIo,
      deviceNetwork,
      deviceSecurity,
      deviceService,
      deviceStorage,
      deviceSystem,
      deviceTypes,
    ],
  },
  {
    namespace: tmd,
    modules: [deviceIoAction, deviceIoIoOperations, deviceIoMediaOperations, deviceIoService, deviceIoTypes],
  },
  {
    namespace: tev,
    modules: [eventPortType, eventTypes, notificationProducer, pullPointSubscription, subscriptionManager],
  },
  {
    namespace: trt,
    modules: [mediaConfigurationOperations, mediaProfileOperations, mediaService, mediaStreamOperations, mediaTypes],
  },
  {
    namespace: tr2,
    modules: [
      media2AudioClipOperations,
      media2AudioClip,
      media2Capabilities,
      media2Mask,
      media2ProfileOperations,
      media2Profile,
      media2Service,
      media2StreamOperations,
      media2Streaming,
    ],
  },
  {
    namespace: tas,
    modules: [
      securityAuthorizationServer,
      securityCapabilities,
      securityDot1x,
      securityIdentifiers,
      securityJwt,
      securityKeystore,
      securityKeystoreCertificates,
      securityKeystoreKeys,
      securityKeystoreValidation,
      securityMediaSigning,
      securityNames,
      securityService,
      securityTlsServer,
      securityTypes,
    ],
  },
  {
    namespace: tt,
    modules: [
      analyticsConfiguration,
      attachment,
      audioDecoder,
      audioEncoder,
      audioSource,
      capabilities,
      certificate,
      common,
      deviceCapabilities,
      discovery,
      dot11,
      geoLocation,
      imagingSettings,
      imagingSettings20,
      io,
      message,
      metadataConfiguration,
      multicast,
      networkInterface,
      network,
      osd,
      profile,
      ptzConfiguration,
      sensorData,
      streaming,
      system,
      user,
      videoEncoder,
      videoEncoder2,
      videoOutput,
      videoSource,
    ],
  },
  { namespace: wsa, modules: [wsaTypes] },
  { namespace: wsnt, modules: [wsntTypes] },
  { namespace: wstop, modules: [wstopTypes] },
  { namespace: xop, modules: [xopTypes] },
];

export const catalogue: Catalogue = catalogueOf(schemaModules);
