import { SaxesParser } from 'saxes';

/** The element tree of a SOAP body, without prefixes; repeated elements are arrays. */
export type SoapBody = Readonly<Record<string, unknown>>;

/** Elements deeper than that are no message of any ministry; C06's stand five deep. */
const DEEPEST = 100;

/** Opens a SOAP 1.1 envelope; gives nothing when the text is not one. */
export function findSoapBody(text: string): SoapBody | undefined {
  if (/<!DOCTYPE|<!ENTITY/i.test(text)) return undefined; // document types have no place in SOAP and are how entity attacks begin
  try {
    const envelope = readTree(text)['Envelope'];
    const body = isTree(envelope) ? envelope['Body'] : undefined;
    return isTree(body) ? body : undefined;
  } catch {
    return undefined;
  }
}

/** Writes a SOAP 1.1 envelope; every element of the body stands in the namespace under the prefix `dan`. */
export function writeSoap(body: SoapBody, namespace: string): string {
  const inner = 'Fault' in body ? writeElement('soapenv:Fault', body['Fault'], '') : writeElements(body, 'dan:');
  return `<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:dan="${escaped(namespace)}"><soapenv:Header/><soapenv:Body>${inner}</soapenv:Body></soapenv:Envelope>`;
}

/** An element that is being read: its children as far as they have come, else its text. */
interface Open {
  readonly name: string;
  children: Record<string, unknown> | undefined;
  text: string;
}

/**
 * Reads a document into a tree. The parser is strict: what is not well-formed, and an entity that XML does not know by
 * itself, is an error. Text beside elements is left aside, as are attributes and comments.
 */
function readTree(text: string): Record<string, unknown> {
  const document: Open = { name: '', children: undefined, text: '' };
  const path = [document];
  let open = document;
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name }) => {
    if (path.length > DEEPEST) throw new Error(`Elements stand more than ${DEEPEST} deep.`);
    open = { name: name.slice(name.indexOf(':') + 1), children: undefined, text: '' };
    if (open.name === '__proto__') throw new Error('An element reaches for the prototype.');
    path.push(open);
  });
  const addText = (more: string) => void (open.text += more);
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('closetag', () => {
    const { name, children, text: content } = open;
    path.pop();
    open = path.at(-1) ?? document;
    addChild((open.children ??= Object.create(null) as Record<string, unknown>), name, children ?? content.trim()); // without a prototype: `constructor` is a name like another
  });
  parser.write(text).close();
  return document.children ?? {};
}

function addChild(children: Record<string, unknown>, name: string, value: unknown): void {
  const before = children[name];
  if (before === undefined) children[name] = value;
  else if (Array.isArray(before)) before.push(value);
  else children[name] = [before, value];
}

function writeElements(tree: object, prefix: string): string {
  let text = '';
  for (const [name, value] of Object.entries(tree)) {
    if (Array.isArray(value)) for (const one of value) text += writeElement(prefix + name, one, prefix);
    else if (value !== undefined) text += writeElement(prefix + name, value, prefix);
  }
  return text;
}

function writeElement(name: string, value: unknown, prefix: string): string {
  const content = isTree(value) ? writeElements(value, prefix) : escaped(String(value));
  return content === '' ? `<${name}/>` : `<${name}>${content}</${name}>`;
}

const SIGNS: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };

function escaped(text: string): string {
  return /[&<>"']/.test(text) ? text.replace(/[&<>"']/g, (sign) => SIGNS[sign] ?? '') : text;
}

function isTree(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
