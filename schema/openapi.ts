import { STATUS_CODES } from 'node:http';
import { z } from 'zod';
import { answerMedia, type Callback, type Contract, type Media, type Operation } from '../src/kit/contract.ts';

/** A tree of JSON, as it is printed. */
export type Json = string | number | boolean | null | undefined | readonly Json[] | { readonly [key: string]: Json };

type Schema = { readonly [key: string]: Json };

const SOAP = 'http://schemas.xmlsoap.org/soap/envelope/'; // SOAP 1.1

/**
 * A ministry's contract as an OpenAPI 3.1 document, to be handed to the ministry and agreed on. The bodies are the zod schemas of
 * the contract as they stand on the wire (`io: input`): what client and mock check is what is printed.
 */
export function openApi(contract: Contract): Schema {
  const paths: Record<string, Record<string, Schema>> = {};
  for (const op of contract.operations) {
    const [path = ''] = op.path.split('?'); // in OpenAPI the query belongs to the parameters
    const methods = (paths[path] ??= {});
    const method = op.method.toLowerCase();
    if (methods[method]) throw new Error(`${op.id}: ${op.method} ${path} already stands in the contract; OpenAPI takes one operation for each method and path.`);
    methods[method] = operationOf(op);
  }
  return {
    openapi: '3.1.0',
    info: { title: contract.title, version: contract.version, description: contract.description, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    servers: [{ url: '/', description: 'The address that the ministry gives to the province; MINISTRY_<NAME>_URL of the hub.' }],
    paths,
    ...(contract.callbacks ? { webhooks: Object.fromEntries(contract.callbacks.map((callback) => [callback.id, { post: webhookOf(callback) }])) } : {}),
    components: { securitySchemes: { caller: { ...contract.security } } },
  };
}

function operationOf(op: Operation): Schema {
  const [path = '', query = ''] = op.path.split('?');
  const parameters: Schema[] = [...parametersOf('path', path, /\{(\w+)\}/g), ...parametersOf('query', query, /(\w+)=\{\w+\}/g)];
  return {
    operationId: op.id,
    summary: op.summary,
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(op.request ? { requestBody: { required: true, content: contentOf(op.media, op.request, op.namespace) } } : {}),
    responses: Object.fromEntries(
      Object.entries(op.answers).map(([status, shape]) => [status, { description: STATUS_CODES[status] ?? status, content: contentOf(answerMedia(op, Number(status)), shape, op.namespace) }]),
    ),
    security: op.secured ? [{ caller: [] }] : [],
    'x-source': op.source,
  };
}

function parametersOf(place: 'path' | 'query', text: string, named: RegExp): Schema[] {
  return [...text.matchAll(named)].map(([, name]) => ({ name, in: place, required: true, schema: { type: 'string', minLength: 1 } }));
}

function webhookOf(callback: Callback): Schema {
  return {
    operationId: callback.id,
    summary: callback.summary,
    ...(callback.signatureHeader ? { parameters: [{ name: callback.signatureHeader, in: 'header', required: true, description: 'Signature over the raw body.', schema: { type: 'string', minLength: 1 } }] } : {}),
    requestBody: { required: true, content: contentOf('application/json', callback.body, undefined) },
    responses: {
      '2XX': { description: callback.reply ? 'Taken, and not sent again, when the body says so.' : 'Taken; not sent again.', ...(callback.reply ? { content: contentOf('application/json', callback.reply, undefined) } : {}) },
      default: { description: 'Not taken; sent again.' },
    },
    security: [],
    'x-source': callback.source,
  };
}

function contentOf(media: Media, shape: z.ZodType, namespace: string | undefined): Schema {
  const { $schema: _dialect, ...schema } = z.toJSONSchema(shape, { io: 'input', target: 'draft-2020-12', unrepresentable: 'any' }) as Schema;
  return { [media]: { schema: media === 'text/xml' ? envelopeOf(schema, namespace ?? '') : schema } };
}

/** Puts a body into the SOAP 1.1 envelope in which it travels. */
function envelopeOf(body: Schema, namespace: string): Schema {
  return {
    type: 'object',
    xml: { name: 'Envelope', namespace: SOAP, prefix: 'soapenv' },
    properties: {
      Header: { type: 'object', xml: { name: 'Header', namespace: SOAP, prefix: 'soapenv' } },
      Body: { ...inNamespace(body, namespace), xml: { name: 'Body', namespace: SOAP, prefix: 'soapenv' } },
    },
    required: ['Body'],
  };
}

/** Says of each element in which namespace it stands. A fault belongs to SOAP, and what is inside it to no namespace. */
function inNamespace(schema: Schema, namespace: string): Schema {
  const inside = (part: Json, name?: string): Json => {
    if (!isSchema(part)) return part;
    // A repeated element stands in the document without a wrapper, so that the name belongs to the item.
    if (isSchema(part['items'])) return { ...part, items: inside(part['items'], name) };
    const xml = name === undefined || namespace === '' ? {} : { xml: { name, namespace, prefix: 'dan' } };
    return { ...inNamespace(part, namespace), ...xml };
  };
  const mapped = Object.entries(schema).map(([key, part]): [string, Json] => {
    if (key === 'properties' && isSchema(part)) return [key, Object.fromEntries(Object.entries(part).map(([name, child]) => [name, name === 'Fault' ? faultOf(child) : inside(child, name)]))];
    // A list of none has no element at all, so that XML cannot require it.
    if (key === 'required' && Array.isArray(part)) return [key, (part as readonly string[]).filter((name) => !mayBeEmptyList(schema, name))];
    if ((key === 'anyOf' || key === 'oneOf' || key === 'allOf') && Array.isArray(part)) return [key, (part as readonly Json[]).map((one) => inside(one))];
    return [key, part];
  });
  return Object.fromEntries(mapped);
}

function mayBeEmptyList(schema: Schema, name: string): boolean {
  const properties = schema['properties'];
  const property = isSchema(properties) ? properties[name] : undefined;
  return isSchema(property) && property['type'] === 'array' && property['minItems'] === undefined;
}

function faultOf(part: Json): Json {
  return isSchema(part) ? { ...part, xml: { name: 'Fault', namespace: SOAP, prefix: 'soapenv' } } : part;
}

function isSchema(part: Json): part is Schema {
  return typeof part === 'object' && part !== null && !Array.isArray(part);
}
