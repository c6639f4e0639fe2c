/** The SOAP action of an operation of the DeviceIO service: its path is spelled otherwise than the namespace. */
export const deviceIoAction = (name: string): string => `http://www.onvif.org/ver10/deviceio/wsdl/${name}`;
