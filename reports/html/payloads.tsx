/** The payloads of the catalogue, taken apart. */
import type { JSX } from 'preact';
import type { PayloadListing } from '../../engine/evidence';
import { groupBy } from '../lists';
import type { Report, Run } from '../model';
import { Scroll, Section } from './parts';

/** The text of a cell: of a row, and its number from 0. */
type Cell<Row> = (row: Row, at: number) => string | number;
type Columns<Row> = Readonly<Record<string, Cell<Row>>>;

interface TableProps<Row> {
  readonly title: string;
  readonly rows: readonly Row[];
  /** By title. */
  readonly columns: Columns<Row>;
}

function Table<Row>({ title, rows, columns }: TableProps<Row>): JSX.Element | null {
  if (rows.length === 0) return null;
  return (
    <Scroll label={title}>
      <table class="arg">
        <caption>{title}</caption>
        <thead>
          <tr>
            {Object.keys(columns).map((head) => (
              <th scope="col">{head}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, at) => (
            <tr>
              {Object.values(columns).map((cell) => (
                <td>{cell(row, at)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

type RowOf<Part extends 'entries' | 'sections' | 'symbols' | 'relocations'> = PayloadListing[Part][number];

const ENTRIES: Columns<RowOf<'entries'>> = {
  Entry: ({ entry }) => entry,
  Field: ({ field }) => field,
  Value: ({ value }) => value,
};
const SECTIONS: Columns<RowOf<'sections'>> = {
  '#': (_, at) => at + 1,
  Section: ({ name }) => name,
  Type: ({ type }) => type,
  Flags: ({ flags }) => flags,
  Bytes: ({ size }) => size,
  Alignment: ({ alignment }) => alignment,
};
const SYMBOLS: Columns<RowOf<'symbols'>> = {
  '#': (_, at) => at + 1,
  Symbol: ({ name }) => name,
  Binding: ({ binding }) => binding,
  Type: ({ type }) => type,
  Section: ({ section }) => section,
  Value: ({ value }) => value,
  Bytes: ({ size }) => size,
};
const RELOCATIONS: Columns<RowOf<'relocations'>> = {
  Section: ({ section }) => section,
  Offset: ({ offset }) => offset,
  Type: ({ type }) => type,
  To: ({ to }) => to,
};

interface MadePayload {
  readonly payload: PayloadListing;
  /** The hypervisor that it was made for. */
  readonly run: Run;
}

/**
 * Each payload once per revision. The one for the reference is shown if that was run, because the others differ only in
 * sizes.
 */
function shownPayloads(runs: readonly Run[]): readonly MadePayload[] {
  const preferred = [...runs].sort((a, b) => Number(b.target === 'reference') - Number(a.target === 'reference'));
  const made = preferred.flatMap((run) => run.payloads.map((payload) => ({ run, payload })));
  return [...groupBy(made, ({ payload, run }) => `${payload.name} ${run.revision ?? ''}`).values()].map(
    ([first]) => first,
  );
}

function Payload({ made: { payload, run } }: { readonly made: MadePayload }): JSX.Element {
  const { name, description, size, entries, sections, symbols, relocations } = payload;
  const whose = `${name}, ${run.key}`;
  return (
    <details>
      <summary>
        <b>{name}</b>, made for {run.key} <small>{size} bytes</small>
      </summary>
      <p>{description}</p>
      <Table title={`${whose}: entries of .livepatch.funcs`} rows={entries} columns={ENTRIES} />
      <Table title={`${whose}: sections`} rows={sections} columns={SECTIONS} />
      <Table title={`${whose}: symbols`} rows={symbols} columns={SYMBOLS} />
      <Table title={`${whose}: relocations`} rows={relocations} columns={RELOCATIONS} />
    </details>
  );
}

export function Payloads({ report }: { readonly report: Pick<Report, 'runs'> }): JSX.Element {
  const payloads = shownPayloads(report.runs);
  return (
    <Section id="payloads" title="Payloads">
      <p>
        These are the named payloads that scenarios load, once per revision. A field that a relocation fills is shown as
        its target; fields that are zero are left out.
      </p>
      {payloads.length === 0 && <p>These runs made no payload.</p>}
      {payloads.map((made) => (
        <Payload made={made} />
      ))}
    </Section>
  );
}
