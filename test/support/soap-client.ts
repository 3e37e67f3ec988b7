import type { Emulator } from '../../src/emulator';
import { getChild, getChildren, parseXml, type XmlElement } from '../../src/emulator/soap/xml-reader';
import { send } from '../unit/emulator/harness';

/** What a Retrieve asks for. */
export interface Asking {
  readonly properties?: readonly string[];
  /** XML inside the RetrieveRequest, after the properties. */
  readonly more?: string;
  readonly subdomain?: string;
}

/** An answer to a Retrieve. */
export interface Retrieved {
  readonly status: string;
  readonly requestId: string;
  /** One object per result: its elements' text, those within others with a dot between. */
  readonly results: readonly Readonly<Record<string, string>>[];
}

/** Posts a body to the SOAP service as it is given. */
export async function post(
  emulator: Emulator,
  body: string,
  headers: Readonly<Record<string, string>> = { SOAPAction: 'Retrieve' },
  subdomain?: string,
): Promise<{ readonly status: number; readonly body: XmlElement | undefined }> {
  const { status, text } = await send(`${emulator.baseUrl('soap', subdomain)}/Service.asmx`, {
    method: 'POST',
    headers: { 'content-type': 'text/xml', ...headers },
    body,
  });
  return { status, body: getChild(parseXml(text), 'Body')?.children[0] };
}

/** An envelope as the documentation shows it. */
export function envelopeOf(token: string, body: string): string {
  return `<Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><Header><fueloauth xmlns="http://exacttarget.com">${token}</fueloauth></Header><Body>${body}</Body></Envelope>`;
}

/** A RetrieveRequestMsg. */
export function retrieveOf(type: string, { properties = ['ID', 'Name'], more = '' }: Asking = {}): string {
  const asked = properties.map((name) => `<Properties>${name}</Properties>`).join('');
  return `<RetrieveRequestMsg xmlns="http://exacttarget.com/wsdl/partnerAPI"><RetrieveRequest><ObjectType>${type}</ObjectType>${asked}${more}</RetrieveRequest></RetrieveRequestMsg>`;
}

/** One Retrieve, which must not end in a fault. */
export async function retrieve(
  emulator: Emulator,
  token: string,
  type: string,
  asking: Asking = {},
): Promise<Retrieved> {
  const envelope = envelopeOf(token, retrieveOf(type, asking));
  const { status, body } = await post(emulator, envelope, undefined, asking.subdomain);
  if (status !== 200 || body?.name !== 'RetrieveResponseMsg') throw new Error(`${status}: ${faultOf(body)}`);
  return {
    status: getChild(body, 'OverallStatus')?.text ?? '',
    requestId: getChild(body, 'RequestID')?.text ?? '',
    results: getChildren(body, 'Results').map((result) => Object.fromEntries(leavesOf(result))),
  };
}

/** All answers to a Retrieve, continued to its end. */
export async function retrieveAll(
  emulator: Emulator,
  token: string,
  type: string,
  asking: Asking = {},
): Promise<Retrieved[]> {
  const answers = [await retrieve(emulator, token, type, asking)];
  for (;;) {
    const last = answers.at(-1);
    if (last?.status !== 'MoreDataAvailable') return answers;
    const more = `<ContinueRequest>${last.requestId}</ContinueRequest>`;
    answers.push(await retrieve(emulator, token, type, { ...asking, more }));
  }
}

/** One result of a Create, Update or Delete, by its elements. */
export type WriteResult = Readonly<Record<string, string>>;

/** One Create, Update or Delete, which must not end in a fault: its OverallStatus, and a result for each object. */
export async function write(
  emulator: Emulator,
  token: string,
  action: 'Create' | 'Update' | 'Delete',
  content: string,
): Promise<{ readonly status: string; readonly results: readonly WriteResult[] }> {
  const message = `<${action}Request xmlns="http://exacttarget.com/wsdl/partnerAPI">${content}</${action}Request>`;
  const { status, body } = await post(emulator, envelopeOf(token, message), { SOAPAction: action });
  if (status !== 200 || body?.name !== `${action}Response`) throw new Error(`${status}: ${faultOf(body)}`);
  return {
    status: getChild(body, 'OverallStatus')?.text ?? '',
    results: getChildren(body, 'Results').map((result) => Object.fromEntries(leavesOf(result))),
  };
}

/** The `faultstring` of a fault. */
export function faultOf(body: XmlElement | undefined): string {
  return getChild(body, 'faultstring')?.text ?? '';
}

function leavesOf(element: XmlElement, before = ''): [string, string][] {
  return element.children.flatMap((child): [string, string][] =>
    child.children.length > 0 ? leavesOf(child, `${before}${child.name}.`) : [[before + child.name, child.text]],
  );
}
