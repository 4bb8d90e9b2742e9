/** The payloads of the catalogue, taken apart. */
import type { JSX } from 'preact';
import { payloadPages, type PayloadPage } from '../payloads';
import { Scroll, Section } from './parts';

function Table({
  title,
  rows,
}: {
  readonly title: string;
  readonly rows: PayloadPage['sections'];
}): JSX.Element | null {
  const [head, ...body] = rows;
  if (head === undefined || body.length === 0) return null;
  return (
    <Scroll label={title}>
      <table class="arg">
        <caption>{title}</caption>
        <thead>
          <tr>
            {head.map((cell) => (
              <th scope="col">{cell === '' ? '#' : cell}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {body.map((cells) => (
            <tr>
              {cells.map((cell) => (
                <td>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

export function Payloads(): JSX.Element {
  return (
    <Section id="payloads" title="Payloads">
      <p>
        The named payloads that scenarios load, as they are made for the reference. What a relocation fills is shown as
        what it points to; fields that are zero are left out.
      </p>
      {payloadPages([1, 2]).map((page) => (
        <details id={`payload-${page.name}-${page.revision}`}>
          <summary>
            <b>{page.name}</b>, revision {page.revision} <small>{page.size} bytes</small>
          </summary>
          <p>{page.description}</p>
          <Table title={`${page.name}, revision ${page.revision}: entries of .livepatch.funcs`} rows={page.entries} />
          <Table title={`${page.name}, revision ${page.revision}: sections`} rows={page.sections} />
          <Table title={`${page.name}, revision ${page.revision}: symbols`} rows={page.symbols} />
          <Table title={`${page.name}, revision ${page.revision}: relocations`} rows={page.relocations} />
        </details>
      ))}
    </Section>
  );
}
