import { describe, expect, test } from '@jest/globals';
import { knownFaults, type Emulator } from '../../src/emulator/index';
import { getChild, getChildren, parseXml } from '../../src/emulator/soap/xml-reader';
import { envelopeOf, faultOf, post, retrieve, retrieveOf } from '../support/soap-client';
import { emulate, send, tokensOf } from '../unit/emulator/harness';

const BY_TWO = '<Options><BatchSize>2</BatchSize></Options><QueryAllAccounts>true</QueryAllAccounts>';

function continuing(requestId: string): { more: string } {
  return { more: `<ContinueRequest>${requestId}</ContinueRequest>` };
}

describe('Retrieve', () => {
  test('returns the requested properties, of the token’s business unit', async () => {
    const emulator = await emulate();
    for (const unit of emulator.world.tenant('mcemulator-alpine-outfitters').businessUnits) unit.name = 'Alpine & <Co>';
    const { accessToken } = await tokensOf(emulator);
    const { status, headers, text } = await send(`${emulator.baseUrl('soap')}/Service.asmx`, {
      method: 'POST',
      headers: { 'content-type': 'text/xml', SOAPAction: '"Retrieve"' },
      body: envelopeOf(accessToken, retrieveOf('BusinessUnit')),
    });
    expect(status).toBe(200);
    expect(headers.get('content-type')).toMatch(/^text\/xml/);
    expect(text).toContain(
      '<Results xsi:type="BusinessUnit"><PartnerKey xsi:nil="true" /><ID>510001000</ID><ObjectID xsi:nil="true" /><Name>Alpine &amp; &lt;Co&gt;</Name></Results></RetrieveResponseMsg>',
    );
    expect(text.match(/<Results/g)).toHaveLength(1);
    expect((await retrieve(emulator, accessToken, 'BusinessUnit')).status).toBe('OK');
  });

  test('has pages with a RequestID that continues once', async () => {
    const emulator = await emulate();
    const { accessToken } = await tokensOf(emulator);
    const first = await retrieve(emulator, accessToken, 'BusinessUnit', { more: BY_TWO });
    expect([first.status, first.results.length]).toEqual(['MoreDataAvailable', 2]);
    const second = await retrieve(emulator, accessToken, 'BusinessUnit', continuing(first.requestId));
    expect([second.status, second.results.length]).toEqual(['OK', 1]);
    for (const requestId of [first.requestId, second.requestId, 'x']) {
      const { status, results } = await retrieve(emulator, accessToken, 'BusinessUnit', continuing(requestId));
      expect([status, results.length]).toEqual(['Error: there is no such request to continue.', 0]);
    }
  });

  test('can be continued only by the same business unit', async () => {
    const emulator = await emulate();
    const { accessToken } = await tokensOf(emulator);
    const other = await tokensOf(emulator, { fields: { account_id: 510_001_101 } });
    const { requestId } = await retrieve(emulator, accessToken, 'BusinessUnit', { more: BY_TWO });
    const asking = continuing(requestId);
    expect((await retrieve(emulator, other.accessToken, 'BusinessUnit', asking)).status).toMatch(/^Error/);
    expect((await retrieve(emulator, accessToken, 'BusinessUnit', asking)).status).toBe('OK');
  });

  test.each([
    ['0', 2_500],
    ['-5', 2_500],
    ['many', 2_500],
    ['2600', 2_500],
    ['7', 7],
  ])('with a BatchSize of %s gives %i at once', async (batchSize, count) => {
    const emulator = await emulate();
    const { accessToken } = await tokensOf(emulator);
    const more = `<Options><BatchSize>${batchSize}</BatchSize></Options>`;
    const { results } = await retrieve(emulator, accessToken, 'Subscriber', { properties: ['ID'], more });
    expect(results).toHaveLength(count);
  });

  test('returns fewer objects with soapBatchSize', async () => {
    const emulator = await emulate({ soapBatchSize: 3 });
    const { accessToken } = await tokensOf(emulator);
    const first = await retrieve(emulator, accessToken, 'List', { properties: ['ID', 'ListName'] });
    expect([first.status, first.results.length]).toEqual(['MoreDataAvailable', 3]);
    const asking = { properties: ['ID', 'ListName'], ...continuing(first.requestId) };
    const second = await retrieve(emulator, accessToken, 'List', asking);
    expect([second.status, second.results.length]).toEqual(['OK', 2]);
  });

  test.each([
    [
      'Subscriber',
      ['ID', 'Colour', 'id'],
      '',
      'The Request Property(s) Colour, id do not match with the fields of Subscriber retrieve',
    ],
    [
      'Subscriber',
      ['Client.Name'],
      '',
      'The Request Property(s) Client.Name do not match with the fields of Subscriber retrieve',
    ],
    ['DataExtensionObject[Orders]', ['color'], '', 'Invalid column name'],
    ['DataExtensionObject[Orders]', ['total'], 'colour', 'Invalid column name'],
    ['Subscriber', ['ID'], 'Colour', "The Filter Property 'Colour' is not a retrievable property."],
    ['DataExtensionObject[Nothing]', ['ID'], '', "there is no data extension 'Nothing' in this business unit."],
    [
      'DeliveryProfile',
      ['ID'],
      '',
      'Unable to find a handler for object type: DeliveryProfile. Object types are case-sensitive, check spelling.',
    ],
    [
      'subscriber',
      ['ID'],
      '',
      'Unable to find a handler for object type: subscriber. Object types are case-sensitive, check spelling.',
    ],
  ])('of %s with %j is refused in the OverallStatus', async (type, properties, filtered, message) => {
    const emulator = await emulate();
    const { accessToken } = await tokensOf(emulator);
    const filter = `<Filter xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:type="SimpleFilterPart"><Property>${filtered}</Property><SimpleOperator>equals</SimpleOperator><Value>x</Value></Filter>`;
    const more = filtered === '' ? '' : filter;
    const { status, results } = await retrieve(emulator, accessToken, type, { properties, more });
    expect([status, results]).toEqual([`Error: ${message}`, []]);
  });

  test('needs the scope in the token, and the permission of the user', async () => {
    const emulator = await emulate();
    const { accessToken } = await tokensOf(emulator, { scope: 'users_read list_and_subscribers_read' });
    const toStatus = async (type: string): Promise<string> =>
      (await retrieve(emulator, accessToken, type, { properties: [] })).status;
    expect(await toStatus('AccountUser')).toBe('OK');
    expect(await toStatus('Subscriber')).toBe('MoreDataAvailable');
    for (const type of ['BusinessUnit', 'DataExtension', 'DataExtensionObject[Orders]']) {
      expect(await toStatus(type)).toBe('Error: API Permission Failed.');
    }
    emulator.world.user('maya.lind').permissions.delete('list_and_subscribers_read');
    expect(await toStatus('Subscriber')).toBe('Error: API Permission Failed.');
  });
});

describe('a token', () => {
  async function faultFor(emulator: Emulator, token: string, subdomain?: string): Promise<[number, string]> {
    const { status, body } = await post(emulator, envelopeOf(token, retrieveOf('BusinessUnit')), undefined, subdomain);
    return [status, faultOf(body)];
  }

  test.each(['', 'x'])(
    'that was never issued (%j) is the security fault Login Failed in an HTTP 500',
    async (token) => {
      const emulator = await emulate();
      const { status, text } = await send(`${emulator.baseUrl('soap')}/Service.asmx`, {
        method: 'POST',
        headers: { 'content-type': 'text/xml', SOAPAction: 'Retrieve' },
        body: envelopeOf(token, retrieveOf('BusinessUnit')),
      });
      expect(status).toBe(500);
      expect(text).toMatch(
        /<faultcode xmlns:q0="[^"]+">q0:Security<\/faultcode><faultstring>Login Failed<\/faultstring>/,
      );
      expect(text).toContain('<wsa:Action>http://schemas.xmlsoap.org/ws/2004/08/addressing/fault</wsa:Action>');
      expect(text).toContain(`<faultactor>${emulator.baseUrl('soap')}/Service.asmx</faultactor>`);
    },
  );

  test('that is missing or another tenant’s is Login Failed', async () => {
    const emulator = await emulate();
    const { accessToken } = await tokensOf(emulator);
    const { status, body } = await post(emulator, `<Envelope><Body>${retrieveOf('BusinessUnit')}</Body></Envelope>`);
    expect([status, faultOf(body)]).toEqual([500, 'Login Failed']);
    expect(await faultFor(emulator, accessToken, 'mcemulator-harbour-books-eu1')).toEqual([500, 'Login Failed']);
  });

  test('case S1: that has expired or was revoked is Token Expired', async () => {
    const emulator = await emulate();
    const { accessToken } = await tokensOf(emulator);
    const { accessToken: revoked } = await tokensOf(emulator);
    emulator.revoke({ accessToken: revoked });
    expect(await faultFor(emulator, revoked)).toEqual([500, 'Token Expired']);
    emulator.expireAccessTokens();
    expect(await faultFor(emulator, accessToken)).toEqual([500, 'Token Expired']);
  });

  test('that was never issued is Token Expired with unknownSoapToken', async () => {
    const emulator = await emulate({ unknownSoapToken: 'Token Expired' });
    expect(await faultFor(emulator, 'x')).toEqual([500, 'Token Expired']);
  });

  test.each([
    ['soapTokenExpired', 'Token Expired'],
    ['soapLoginFailed', 'Login Failed'],
  ] as const)('case S1: that is good is refused by the known fault %s', async (name, faultstring) => {
    const emulator = await emulate();
    const { accessToken } = await tokensOf(emulator);
    emulator.fault('soap', { ...knownFaults[name], times: 1 });
    const { status, text } = await send(`${emulator.baseUrl('soap')}/Service.asmx`, {
      method: 'POST',
      headers: { 'content-type': 'text/xml', SOAPAction: 'Retrieve' },
      body: envelopeOf(accessToken, retrieveOf('BusinessUnit')),
    });
    expect(status).toBe(500);
    expect(text).toContain(
      `<faultcode xmlns:q0="http://schemas.xmlsoap.org/ws/2002/12/secext">q0:Security</faultcode><faultstring>${faultstring}</faultstring>`,
    );
    expect((await retrieve(emulator, accessToken, 'BusinessUnit')).status).toBe('OK');
  });
});

describe('an envelope', () => {
  test('can have any prefixes, comments, CDATA, and its header last', async () => {
    const emulator = await emulate();
    const { accessToken } = await tokensOf(emulator);
    const envelope = `<?xml version="1.0"?>
      <e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" xmlns:par="http://exacttarget.com/wsdl/partnerAPI">
        <e:Body><!-- first --><par:RetrieveRequestMsg><par:RetrieveRequest>
          <par:ObjectType>BusinessUnit</par:ObjectType><par:Properties>ID</par:Properties><par:Properties>
            <![CDATA[Name]]></par:Properties>
        </par:RetrieveRequest></par:RetrieveRequestMsg></e:Body>
        <e:Header><f:fueloauth xmlns:f="http://exacttarget.com"> <![CDATA[${accessToken}]]> </f:fueloauth></e:Header>
      </e:Envelope>`;
    const { status, body } = await post(emulator, envelope);
    expect([status, getChild(body, 'OverallStatus')?.text]).toEqual([200, 'OK']);
    expect(getChildren(body, 'Results')).toHaveLength(1);
  });

  test('can have the action of WS-Addressing', async () => {
    const emulator = await emulate();
    const { accessToken } = await tokensOf(emulator);
    const action = '<a:Action xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing">Retrieve</a:Action>';
    const envelope = envelopeOf(accessToken, retrieveOf('BusinessUnit')).replace('<Header>', `<Header>${action}`);
    expect((await post(emulator, envelope, {})).status).toBe(200);
  });

  test.each([
    ['is no XML', () => 'hello'],
    ['is cut off', (envelope: string) => envelope.slice(0, -12)],
    ['has a DOCTYPE', (envelope: string) => `<!DOCTYPE Envelope [<!ENTITY x "y">]>${envelope}`],
    ['is empty', () => ''],
    ['is another element', (envelope: string) => envelope.replaceAll('Envelope', 'Package')],
    ['has no request', (envelope: string) => envelope.replaceAll('RetrieveRequestMsg', 'CreateRequest')],
    ['has no body', (envelope: string) => envelope.replaceAll('Body', 'Corpse')],
  ])('that %s is a client fault', async (_what, change) => {
    const emulator = await emulate();
    const { accessToken } = await tokensOf(emulator);
    const { status, body } = await post(emulator, change(envelopeOf(accessToken, retrieveOf('BusinessUnit'))));
    expect([status, getChild(body, 'faultcode')?.text]).toEqual([500, 'soap:Client']);
    expect(faultOf(body)).toMatch(/^Server was unable to read request/);
  });

  test('for an action that is not performed gets an error under its own name', async () => {
    const emulator = await emulate();
    const { accessToken } = await tokensOf(emulator);
    const { status, body } = await post(emulator, envelopeOf(accessToken, '<PerformRequestMsg/>'), {
      SOAPAction: 'Perform',
    });
    expect([status, body?.name]).toEqual([200, 'PerformResponseMsg']);
    expect(getChild(body, 'OverallStatus')?.text).toBe('Error: the emulator does not perform Perform.');
  });

  test.each([{ SOAPAction: '"Nothing<"' }, {}])('for an unknown action (%j) gets a client fault', async (headers) => {
    const emulator = await emulate();
    const { accessToken } = await tokensOf(emulator);
    const { status, body } = await post(emulator, envelopeOf(accessToken, '<X/>'), headers);
    expect(status).toBe(500);
    expect(faultOf(body)).toMatch(/^Server did not recognize the value of HTTP Header SOAPAction: (?:Nothing<)?\.$/);
  });
});

test('the rate limit is a fault in an HTTP 500', async () => {
  const emulator = await emulate();
  const { accessToken } = await tokensOf(emulator);
  emulator.fault('soap', { ...knownFaults.soapRateLimited, times: 1 });
  const envelope = envelopeOf(accessToken, retrieveOf('BusinessUnit'));
  const { status, body } = await post(emulator, envelope);
  expect([status, faultOf(body), getChild(body, 'faultcode')?.text]).toEqual([500, 'Rate Limited', 'soap:Server']);
  expect(getChild(getChild(getChild(body, 'detail'), 'apifault'), 'Code')?.text).toBe('17');
  expect((await post(emulator, envelope)).status).toBe(200);
});

test('the WSDL describes the operations, filters and types, and has the address of the service', async () => {
  const emulator = await emulate();
  const { status, headers, text } = await send(`${emulator.baseUrl('soap')}/etframework.wsdl`);
  expect([status, headers.get('content-type')]).toEqual([200, expect.stringMatching(/^text\/xml/)]);
  const definitions = parseXml(text);
  expect(definitions).toMatchObject({ name: 'definitions', namespace: 'http://schemas.xmlsoap.org/wsdl/' });
  expect(definitions.children.map(({ name }) => name)).toEqual([
    ...['types', ...Array.from({ length: 10 }, () => 'message'), 'portType', 'binding', 'service'],
  ]);
  const schema = getChild(getChild(definitions, 'types'), 'schema');
  const named = (schema?.children ?? []).map(({ attributes }) => attributes.find(({ name }) => name === 'name')?.value);
  expect(named).toEqual(
    expect.arrayContaining([
      ...['RetrieveRequestMsg', 'RetrieveResponseMsg', 'SimpleFilterPart', 'ComplexFilterPart', 'SimpleOperators'],
      ...['BusinessUnit', 'AccountUser', 'DataExtension', 'DataExtensionObject', 'Subscriber', 'List', 'DataFolder'],
      ...['CreateRequest', 'CreateResponse', 'DefinitionRequestMsg', 'DefinitionResponseMsg'],
    ]),
  );
  // Every named type is declared.
  const types = [...text.matchAll(/ (?:type|base)="(\w+)"/g)].map(([, type]) => type);
  expect(types.filter((type) => !named.includes(type))).toEqual([]);
  expect(text).toContain(`location="${emulator.baseUrl('soap')}/Service.asmx"`);
});
