import { XMLBuilder, XMLParser } from 'fast-xml-parser';

/** The element tree of a SOAP body, without prefixes; repeated elements are arrays. */
export type SoapBody = Readonly<Record<string, unknown>>;

/** XML's own entities. */
const ENTITIES: ReadonlyMap<string, string> = new Map([['lt', '<'], ['gt', '>'], ['amp', '&'], ['quot', '"'], ['apos', "'"]]);

const parser = new XMLParser({
  ignoreAttributes: true,
  removeNSPrefix: true,
  parseTagValue: false, // "089…" is a number to nobody
  entityDecoder: { decode, reset() {}, setXmlVersion() {}, setExternalEntities() {}, addInputEntities() {} },
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

/** Reads characters that are written by name or by number ("Nguy&#7877;n"). Whatever else begins like that makes the text no XML. */
function decode(text: string): string {
  return text.replace(/&(?:#(\d+)|#x([\da-fA-F]+)|(\w+));/g, (written, decimal?: string, hexadecimal?: string, name?: string) => {
    const point = decimal !== undefined ? Number(decimal) : Number.parseInt(hexadecimal ?? '', 16);
    const character = name === undefined ? findCharacter(point) : ENTITIES.get(name);
    if (character === undefined) throw new Error(`${written} stands for nothing.`);
    return character;
  });
}

/** The character of a code point, where XML 1.0 allows it. */
function findCharacter(point: number): string | undefined {
  const allowed = point === 0x9 || point === 0xa || point === 0xd || (point >= 0x20 && point <= 0xd7ff) || (point >= 0xe000 && point <= 0xfffd) || (point >= 0x10000 && point <= 0x10ffff);
  return allowed ? String.fromCodePoint(point) : undefined;
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
