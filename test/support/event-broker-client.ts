import { EVENTS } from "./event-client.js";
import { soap, type SoapReply, type TestCamera } from "./soap.js";

/** The members that have to stand in this order. */
const ORDER = [
  ...["Address", "TopicPrefix", "UserName", "Password", "CertificateID", "PublishFilter", "QoS", "Status"],
  ...["CertPathValidationPolicyID", "MetadataFilter"],
];

/** The content of an AddEventBroker, from its members as text. */
export const brokerContent = (members: Readonly<Record<string, string>>): string => {
  const inOrder = Object.entries(members).toSorted(([one], [other]) => ORDER.indexOf(one) - ORDER.indexOf(other));
  const content = inOrder.map(([name, value]) => `<tev:${name}>${value}</tev:${name}>`);
  return `<tev:EventBroker>${content.join("")}</tev:EventBroker>`;
};

export const addBroker = (
  camera: TestCamera,
  members: Readonly<Record<string, string>>,
  peer?: string,
): Promise<SoapReply> =>
  soap(camera, `<tev:AddEventBroker>${brokerContent(members)}</tev:AddEventBroker>`, {
    reachedAt: EVENTS,
    ...(peer !== undefined && { peer }),
  });

const addressed = (address: string | undefined): string =>
  address === undefined ? "" : `<tev:Address>${address}</tev:Address>`;

export const getBrokers = (camera: TestCamera, address?: string): Promise<SoapReply> =>
  soap(camera, `<tev:GetEventBrokers>${addressed(address)}</tev:GetEventBrokers>`, { reachedAt: EVENTS });

export const deleteBroker = (camera: TestCamera, address: string): Promise<SoapReply> =>
  soap(camera, `<tev:DeleteEventBroker>${addressed(address)}</tev:DeleteEventBroker>`, { reachedAt: EVENTS });

/** What GetEventBrokers tells, member by member as text; of a filter, the expression. */
export const brokersOf = async (camera: TestCamera, address?: string): Promise<Record<string, string>[]> =>
  (await getBrokers(camera, address)).body.children.map(({ children }) =>
    Object.fromEntries(children.map((member) => [member.name, member.children[0]?.text ?? member.text])),
  );
