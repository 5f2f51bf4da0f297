import { XMLBuilder, XMLParser } from 'fast-xml-parser';

/** The element tree of a SOAP body, without prefixes; repeated elements are arrays. */
export type SoapBody = Readonly<Record<string, unknown>>;

const parser = new XMLParser({
  ignoreAttributes: true,
  removeNSPrefix: true,
  parseTagValue: false, // "089…" is a number to nobody
  processEntities: { enabled: true, maxEntityCount: 0, allowedTags: [] }, // the five built-in ones only: no entity of the document's own
  trimValues: true,
});

const builder = new XMLBuilder({ ignoreAttributes: false, attributeNamePrefix: '@', suppressEmptyNode: true });

/** Opens a SOAP 1.1 envelope; gives nothing when the text is not one. */
export function findSoapBody(text: string): SoapBody | undefined {
  if (/<!DOCTYPE|<!ENTITY/i.test(text)) return undefined; // document types have no place in SOAP and are how entity attacks begin
  try {
    const parsed: unknown = parser.parse(text, true);
    const envelope = isTree(parsed) ? parsed['Envelope'] : undefined;
    const body = isTree(envelope) ? envelope['Body'] : undefined;
    return isTree(body) ? body : undefined;
  } catch {
    return undefined;
  }
}

/** Writes a SOAP 1.1 envelope; every element of the body stands in the namespace under the prefix `dan`. */
export function writeSoap(body: SoapBody, namespace: string): string {
  const envelope = {
    'soapenv:Envelope': {
      '@xmlns:soapenv': 'http://schemas.xmlsoap.org/soap/envelope/',
      '@xmlns:dan': namespace,
      'soapenv:Header': '',
      'soapenv:Body': 'Fault' in body ? { 'soapenv:Fault': body['Fault'] } : prefixed(body),
    },
  };
  return `<?xml version="1.0" encoding="UTF-8"?>${builder.build(envelope)}`;
}

function prefixed(tree: unknown): unknown {
  if (Array.isArray(tree)) return tree.map(prefixed);
  if (!isTree(tree)) return tree;
  return Object.fromEntries(
    Object.entries(tree)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [`dan:${name}`, prefixed(value)]),
  );
}

function isTree(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
