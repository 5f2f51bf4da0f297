import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findSoapBody, writeSoap } from '../../src/kit/soap.ts';

const envelope = (inner: string, before = '') =>
  `${before}<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Header/><s:Body>${inner}</s:Body></s:Envelope>`;

test.each([
  ['prefixes are left aside', '<d:Ten xmlns:d="http://dancuquocgia.bca">Bình</d:Ten>', { Ten: 'Bình' }],
  ['numbers stay texts', '<SoDinhDanh>089195000001</SoDinhDanh>', { SoDinhDanh: '089195000001' }],
  ['repeated elements are a list', '<a>1</a><a>2</a>', { a: ['1', '2'] }],
  ['an empty element is an empty text', '<a/><b></b>', { a: '', b: '' }],
  ['attributes are left aside', '<a id="7">x</a>', { a: 'x' }],
  ['space round a text is none of it', '<a>\n  hòa  \n</a>', { a: 'hòa' }],
  ['comments are no text', '<a>x<!-- y --></a>', { a: 'x' }],
  ['CDATA is text as it stands', '<a><![CDATA[Hà & <Nội>]]></a>', { a: 'Hà & <Nội>' }],
  ['the built-in entities are characters', '<a>B&amp;B &lt;c&gt; &quot;d&quot; &apos;e&apos;</a>', { a: `B&B <c> "d" 'e'` }],
  ['what was escaped twice is unescaped once', '<a>&amp;lt;</a>', { a: '&lt;' }],
  ['characters by number are characters', '<a>Nguy&#7877;n V&#x103;n &#272;&#xE0;i</a>', { a: 'Nguyễn Văn Đài' }],
  ['an element may be called like something in JavaScript', '<constructor>x</constructor><toString><a/></toString>', { constructor: 'x', toString: { a: '' } }],
  ['characters beyond the first plane too', '<a>&#x20BB7;</a>', { a: '𠮷' }],
])('%s', (_, inner, body) => {
  expect(findSoapBody(envelope(inner))).toEqual(body);
});

test('a fault comes out like every other body', () => {
  const fault = '<s:Fault><faultcode>Client</faultcode><faultstring>Sai chữ ký</faultstring></s:Fault>';
  expect(findSoapBody(envelope(fault))).toEqual({ Fault: { faultcode: 'Client', faultstring: 'Sai chữ ký' } });
});

test.each([
  ['a document type', envelope('<a>x</a>', '<!DOCTYPE a>')],
  ['an entity of its own', envelope('<a>&gift;</a>', '<!DOCTYPE a [<!ENTITY gift "x">]>')],
  ['an entity that reads a file', envelope('<a>&gift;</a>', '<!DOCTYPE a [<!ENTITY gift SYSTEM "file:///etc/passwd">]>')],
  ['entities that grow and grow', envelope('<a>&c;</a>', '<!DOCTYPE a [<!ENTITY a "xx"><!ENTITY b "&a;&a;"><!ENTITY c "&b;&b;">]>')],
  ['a document type in small letters', envelope('<a>x</a>', '<!doctype a>')],
  ['an entity that nobody declared', envelope('<a>&nbsp;</a>')],
  ['an entity named like something in JavaScript', envelope('<a>&constructor;</a>')],
  ['the character 0', envelope('<a>&#0;</a>')],
  ['a control character by number', envelope('<a>&#1;</a>')],
  ['half a character by number', envelope('<a>&#xD800;</a>')],
  ['a number beyond Unicode', envelope('<a>&#x110000;</a>')],
  ['a number without end', envelope(`<a>&#${'9'.repeat(400)};</a>`)],
  ['an element that is not closed', envelope('<a>')],
  ['elements that close crosswise', envelope('<a><b></a></b>')],
  ['an envelope cut off', envelope('<a>x</a>').slice(0, 90)],
  ['a body that is only text', envelope('x')],
  ['no body', '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"/>'],
  ['HTML', '<!DOCTYPE html><html><body><h1>Bảo trì</h1></body></html>'],
  ['HTML without a document type', '<html><body>Bảo trì</body></html>'],
  ['JSON', '{"Envelope":{"Body":{}}}'],
  ['nothing', ''],
  ['an element that reaches for the prototype', envelope('<__proto__><a>x</a></__proto__>')],
  ['thousands of elements inside each other', envelope('<a>'.repeat(5_000) + '</a>'.repeat(5_000))],
])('%s is no SOAP body', (_, text) => {
  expect(findSoapBody(text)).toBeUndefined();
});

test('what is written stands in the namespace, escaped, without what is undefined', () => {
  const text = writeSoap({ TraCuu: { HoVaTen: 'B&B <x>', SoCMND: undefined, So: ['1', '2'] } }, 'http://dancuquocgia.bca');
  expect(text).toContain('xmlns:dan="http://dancuquocgia.bca"');
  expect(text).toContain('<dan:TraCuu><dan:HoVaTen>B&amp;B &lt;x&gt;</dan:HoVaTen><dan:So>1</dan:So><dan:So>2</dan:So></dan:TraCuu>');
  expect(text).not.toContain('SoCMND');
});

test('a fault is written as SOAP has it, outside the namespace', () => {
  expect(writeSoap({ Fault: { faultcode: 'Server', faultstring: 'Lỗi' } }, 'http://dancuquocgia.bca')).toContain('<soapenv:Fault><faultcode>Server</faultcode><faultstring>Lỗi</faultstring></soapenv:Fault>');
});

test('every text of letters, signs and markup comes back as it was written', () => {
  const printable = fc.string({ unit: fc.constantFrom(...'aĐễữ <>&"\'/;#x!-[]{}=0129'), maxLength: 30 }).map((text) => text.trim());
  fc.assert(
    fc.property(printable, (text) => {
      expect(findSoapBody(writeSoap({ a: { b: text } }, 'http://x'))).toEqual({ a: { b: text } });
    }),
  );
});

test('nothing that comes in makes the reader throw', () => {
  const markup = fc.string({ unit: fc.constantFrom('<', '>', '/', '&', ';', '!', '[', ']', '-', '"', '=', ' ', 'Envelope', 'Body', 'a', 's:', '&amp;', '<![CDATA[', '<?xml', '?>'), maxLength: 30 });
  fc.assert(fc.property(markup, (text) => void findSoapBody(text)));
  fc.assert(fc.property(markup, (text) => void findSoapBody(envelope(text))));
});
