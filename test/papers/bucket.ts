import { createHash, createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** A small S3: one bucket, PUT, HEAD, GET and DELETE of whole objects, every signature checked (AWS Signature Version 4). */
export interface Bucket {
  /** As PAPERS_URL wants it. */
  readonly url: string;
  readonly accessKey: string;
  readonly secretKey: string;
  readonly objects: Map<string, Buffer>;
  /** Method and key of every request, in order. */
  readonly requests: string[];
  /** Headers of the PUTs, in order. */
  readonly puts: Readonly<Record<string, string | string[] | undefined>>[];
  /** Cuts the connection of coming PUTs in the middle of the body. */
  breakPuts: boolean;
  /** Answers everything with 503, as S3 does when it is slow. */
  slow: boolean;
}

const REGION = 'vn-1';
const NAME = 'giay-to';

/** Opens the bucket for one test. */
export async function openBucket(): Promise<Bucket> {
  const bucket: Bucket = { url: '', accessKey: 'AKIATEST', secretKey: 'a-secret-of-this-test', objects: new Map(), requests: [], puts: [], breakPuts: false, slow: false };
  const server = createServer((request, response) => void serve(bucket, request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const url = `s3://${NAME}/hub?endpoint=${encodeURIComponent(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)}&region=${REGION}`;
  return Object.assign(bucket, { url });
}

async function serve(bucket: Bucket, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = decodeURIComponent((request.url ?? '').split('?')[0] ?? '');
  const key = path.slice(NAME.length + 2);
  bucket.requests.push(`${request.method} ${key}`);
  if (bucket.breakPuts && request.method === 'PUT') {
    request.once('data', () => request.socket.destroy());
    return;
  }
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  const say = (status: number, code: string) => response.writeHead(status, { 'content-type': 'application/xml' }).end(request.method === 'HEAD' ? undefined : `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`);
  if (!path.startsWith(`/${NAME}/`)) return void say(404, 'NoSuchBucket');
  if (!isSigned(bucket, request)) return void say(403, 'SignatureDoesNotMatch');
  if (bucket.slow) return void say(503, 'SlowDown');
  const found = bucket.objects.get(key);
  if (request.method === 'PUT') {
    bucket.puts.push(request.headers);
    if (request.headers['content-length'] === undefined) return void say(411, 'MissingContentLength');
    if (request.headers['content-encoding']?.includes('aws-chunked')) return void say(501, 'NotImplemented'); // older stores keep the chunks' frames as content
    if (request.headers['x-amz-checksum-sha256'] !== createHash('sha256').update(body).digest('base64')) return void say(400, 'BadDigest');
    bucket.objects.set(key, body);
    return void response.writeHead(200, { etag: '"1"' }).end();
  }
  if (request.method === 'DELETE') {
    bucket.objects.delete(key);
    return void response.writeHead(204).end();
  }
  if (!found) return void say(404, 'NoSuchKey');
  response.writeHead(200, { 'content-length': found.length, 'content-type': 'application/octet-stream', etag: '"1"', 'last-modified': 'Mon, 03 Mar 2025 01:00:00 GMT' }).end(request.method === 'HEAD' ? undefined : found);
}

/** Signs the request as AWS describes it and compares: docs "Authenticating Requests: Using the Authorization Header". */
function isSigned({ accessKey, secretKey }: Bucket, { method = '', url = '', headers }: IncomingMessage): boolean {
  const { credential = '', signed = '', signature } = /Credential=(?<credential>[^,]+), ?SignedHeaders=(?<signed>[^,]+), ?Signature=(?<signature>\w+)/.exec(headers.authorization ?? '')?.groups ?? {};
  const [key, date = '', region = '', service = '', end = ''] = credential.split('/');
  if (key !== accessKey || region !== REGION || service !== 's3') return false;
  const [path = '', query = ''] = url.split('?');
  const canonicalQuery = query.split('&').filter(Boolean).map((pair) => (pair.includes('=') ? pair : `${pair}=`)).sort().join('&');
  const canonical = [method, path, canonicalQuery, ...signed.split(';').map((name) => `${name}:${String(headers[name] ?? '').trim().replace(/ +/g, ' ')}`), '', signed, headers['x-amz-content-sha256']].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', headers['x-amz-date'], `${date}/${region}/${service}/${end}`, createHash('sha256').update(canonical).digest('hex')].join('\n');
  const mac = (secret: string | Buffer, text: string) => createHmac('sha256', secret).update(text).digest();
  const signing = [date, region, service, end].reduce<string | Buffer>((secret, word) => mac(secret, word), `AWS4${secretKey}`);
  return createHmac('sha256', signing).update(toSign).digest('hex') === signature;
}
