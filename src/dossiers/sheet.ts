import { civilDateOf, printed, type CivilDate, type Instant } from '../kit/instant.ts';
import { factsOf, type DocumentFacts, type DocumentRow } from './document.ts';

/** A slip or result as words on paper, before it is set. */
export interface Sheet {
  readonly title: string;
  readonly agency: string;
  /** "Số: …" below the agency. */
  readonly number: string;
  /** "Mẫu số 01 (TT 03/2025/TT-VPCP)"; empty for results. */
  readonly form: string;
  /** "Ngày … tháng … năm …" of issue. */
  readonly dated: string;
  /** One sentence before the facts. */
  readonly opening: string;
  readonly lines: readonly { readonly label: string; readonly value: string; readonly strong?: boolean }[];
  /** What is to be known besides, one paragraph each. */
  readonly notes: readonly string[];
  /** Who signs below. */
  readonly signer: string;
  readonly issuedAt: Instant;
  /** What identifies it at the foot of each page. */
  readonly mark: string;
}

/** Puts a stored slip or result into the words of its form. */
export function sheetOf(row: Pick<DocumentRow, 'dossier' | 'facts' | 'issuedAt'>): Sheet {
  const facts = factsOf(row);
  const { says } = facts;
  return {
    title: facts.title.vi,
    agency: facts.agency,
    number: says.is === 'resulted' ? says.number : row.dossier,
    form: facts.form ? `Mẫu số ${facts.form.number} (${facts.form.regulation})` : '',
    dated: datedInWords(civilDateOf(row.issuedAt)),
    opening: OPENINGS[says.is](facts),
    lines: [...linesOfDossier(row.dossier, facts), ...linesOf(says)],
    notes: notesOf(says),
    signer: facts.agency,
    issuedAt: row.issuedAt,
    mark: `Mã hồ sơ ${row.dossier}`,
  };
}

const OPENINGS: Readonly<Record<DocumentFacts['says']['is'], (facts: DocumentFacts) => string>> = {
  received: ({ agency, says }) => (says.is === 'received' && says.again ? `${agency} đã tiếp nhận lại hồ sơ sau khi bổ sung của:` : `${agency} đã tiếp nhận hồ sơ của:`),
  asked: ({ agency }) => `Để có đủ cơ sở giải quyết, ${agency} đề nghị bổ sung, hoàn thiện hồ sơ của:`,
  refused: ({ agency }) => `${agency} xin thông báo không giải quyết hồ sơ của:`,
  resulted: ({ agency }) => `${agency} xác nhận kết quả giải quyết hồ sơ của:`,
};

type Line = Sheet['lines'][number];

function linesOfDossier(dossier: string, { applicant, enterprise, procedure, linked }: DocumentFacts): Line[] {
  return [
    { label: 'Người nộp hồ sơ', value: applicant, strong: true },
    ...(enterprise === undefined ? [] : [{ label: 'Mã số doanh nghiệp', value: enterprise }]),
    { label: 'Thủ tục', value: `${procedure.name} (${procedure.code})` },
    { label: 'Mã hồ sơ', value: dossier, strong: true },
    ...(linked === undefined ? [] : [{ label: 'Mã hồ sơ liên thông', value: linked }]),
  ];
}

function linesOf(says: DocumentFacts['says']): readonly Line[] {
  switch (says.is) {
    case 'received':
      return [
        { label: 'Hình thức nộp', value: says.channel },
        ...(says.papers.length === 0 ? [] : [{ label: 'Thành phần hồ sơ', value: says.papers.map((paper, index) => `${index + 1}. ${paper}`).join('\n') }]),
        { label: 'Thời gian nhận hồ sơ', value: printed(says.receivedAt) },
        { label: 'Thời gian hẹn trả kết quả', value: says.due ? printed(says.due.dueAt) : 'Sẽ thông báo sau', strong: true },
        { label: 'Lệ phí', value: says.fee === null ? 'Theo quy định' : says.fee === 0 ? 'Không thu' : `${inDong(says.fee)} đồng` },
      ];
    case 'asked':
      return [
        { label: 'Nội dung bổ sung', value: says.what },
        { label: 'Hạn bổ sung', value: says.until ? printed(says.until) : 'Sẽ thông báo sau', strong: true },
      ];
    case 'refused':
      return [{ label: 'Lý do', value: says.reason }];
    case 'resulted':
      return says.lines;
  }
}

function notesOf(says: DocumentFacts['says']): string[] {
  switch (says.is) {
    case 'received':
      return [...(says.due ? [`Cách tính thời hạn: ${says.due.explanation}`] : []), 'Hồ sơ được theo dõi bằng mã hồ sơ ghi trên phiếu này.'];
    case 'asked':
      return ['Thời hạn giải quyết tạm dừng từ ngày lập phiếu và được tính lại khi nhận đủ hồ sơ bổ sung. Cơ quan chỉ yêu cầu bổ sung một lần.'];
    case 'refused':
      return ['Người nộp hồ sơ có quyền khiếu nại, hoặc nộp hồ sơ mới khi đã đủ điều kiện.'];
    case 'resulted':
      return [];
  }
}

/** Day of issue as official papers write it: noughts before days below 10 and before January and February only (NĐ 30/2020/NĐ-CP, Phụ lục I). */
function datedInWords(date: CivilDate): string {
  const [year, month, day] = date.split('-');
  return `Ngày ${day} tháng ${Number(month) > 2 ? Number(month) : month} năm ${year}`;
}

function inDong(amount: number): string {
  return String(amount).replace(/\B(?=(\d{3})+$)/g, '.');
}
