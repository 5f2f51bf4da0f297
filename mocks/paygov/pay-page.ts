import { HttpResponse } from 'msw';
import { printed } from '../../src/kit/instant.ts';
import { states } from '../../src/systems/paygov/contract.ts';
import type { Payment, PaymentState } from './book.ts';

const SAID: Readonly<Record<PaymentState, string>> = {
  pending: 'Chờ thanh toán',
  paid: 'Đã thanh toán',
  failed: 'Thanh toán không thành công',
  cancelled: 'Đã hủy',
  expired: 'Đã hết hạn',
  refunded: 'Đã hoàn tiền',
};

/** The page on which a person pays, or reads how the payment stands. No script, and no personal number. */
export function payPage(payment: Payment): Response {
  const { bill_info: bill } = payment.form;
  const rows: [string, string][] = [
    ['Mã giao dịch', payment.transactionId],
    ['Mã hồ sơ', payment.dossier],
    ['Thủ tục', bill.TenTTHC],
    ['Cơ quan thu', bill.TenDonVi],
    ['Người nộp', bill.HoTenNguoiNop],
    ...bill.DSKhoanNop.map((item): [string, string] => [item.NoiDung, dong(Number(item.SoTien))]),
    ['Tổng số tiền', dong(payment.amount)],
    ['Trạng thái', SAID[payment.state]],
    ...(payment.state === 'pending' ? [['Thanh toán trước', printed(payment.expiresAt)] as [string, string]] : []),
  ];
  const table = rows.map(([name, value]) => `<tr><th scope="row">${escaped(name)}</th><td>${escaped(value)}</td></tr>`).join('\n');
  const form = '<form method="post"><button name="action" value="pay">Thanh toán</button> <button name="action" value="cancel">Hủy</button></form>';
  const back = `<p><a href="${escaped(backAddress(payment))}">Quay lại trang của cơ quan</a></p>`;
  return page(200, 'Thanh toán phí, lệ phí', `<table>\n${table}\n</table>\n${payment.state === 'pending' ? form : back}`);
}

/** A page that only says something. */
export function plainPage(status: number, words: string): Response {
  return page(status, 'PayGov', `<p>${escaped(words)}</p>`);
}

/** Where the payer is sent afterwards: the address that the agency gave, with the id and how the payment stands. */
export function backAddress({ form, transactionId, state }: Payment): string {
  const address = new URL(form.return_url);
  address.searchParams.set('transaction_id', transactionId);
  address.searchParams.set('status', String(states[state]));
  return address.href;
}

function page(status: number, title: string, content: string): Response {
  const html = `<!DOCTYPE html>
<html lang="vi">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(title)}</title>
<style>body{font-family:sans-serif;max-width:40rem;margin:2rem auto;padding:0 1rem}th{text-align:left;padding-right:1rem}button{padding:.6rem 1.2rem}</style></head>
<body>
<p><strong>Trang thanh toán giả lập: không có tiền thật.</strong></p>
<h1>${escaped(title)}</h1>
${content}
</body>
</html>
`;
  return new HttpResponse(html, {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer', // the address names the payment
    },
  });
}

function dong(amount: number): string {
  return `${new Intl.NumberFormat('vi-VN').format(amount)} đồng`;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? '');
}
