import { BlockList, isIP } from 'node:net';

/** A list of network addresses ("dải địa chỉ mạng"). */
export interface AddressList {
  /** Whether the address, as a socket names it, is in the list. */
  has(address: string): boolean;
}

/** Reads "203.0.113.0/24, 198.51.100.7, 2001:db8::/32"; nothing when a part of it is no address or range. */
export function findAddressList(text: string): AddressList | undefined {
  const list = new BlockList();
  for (const part of text.split(/[\s,]+/).filter(Boolean)) {
    const [address = '', prefix, ...rest] = part.split('/');
    const version = isIP(address);
    const longest = version === 6 ? 128 : 32;
    const bits = prefix === undefined ? longest : /^\d{1,3}$/.test(prefix) ? Number(prefix) : Number.NaN;
    if (version === 0 || rest.length > 0 || !(bits <= longest)) return undefined;
    list.addSubnet(address, bits, version === 6 ? 'ipv6' : 'ipv4');
  }
  return {
    has(address) {
      const plain = address.replace(/^::ffff:(?=\d+\.)/i, ''); // an IPv4 caller at a socket that speaks both
      const version = isIP(plain);
      return version !== 0 && list.check(plain, version === 6 ? 'ipv6' : 'ipv4');
    },
  };
}
