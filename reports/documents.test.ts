import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DOCUMENTS, linkTo } from '../features/documents';
import { writeCompliance } from './compliance';
import { writePage } from './html/page';
import { writeJunit } from './junit';
import type { Report } from './model';
import { buildReport } from './report';
import { writeSummary } from './summary';
import { CATALOGUE, SUITE, deviating, messages, renamed, stream } from './testdata/streams';

async function report(): Promise<Report> {
  const all = await messages();
  const streams = [stream(all), stream(renamed(all, 'xen/2'))];
  const knownDeviations = [deviating('xen/2', 'fails')];
  return buildReport(streams, { suite: SUITE, catalogue: CATALOGUE, knownDeviations });
}

const FEATURE = 'reports/testdata/statuses.feature';

/** What is looked into of compliance.json. */
interface Compliance {
  readonly suite: unknown;
  readonly runs: readonly Readonly<Record<string, unknown>>[];
  readonly clauses: readonly { readonly why: unknown; readonly verdicts: Readonly<Record<string, unknown>> }[];
  readonly transitions: readonly unknown[];
  readonly findings: readonly unknown[];
  readonly strength: unknown;
}

describe('compliance.json', () => {
  it('has the form that is laid down for it', async () => {
    const parsed = JSON.parse(writeCompliance(await report())) as Compliance;
    assert.deepEqual(Object.keys(parsed), [
      'format',
      'suite',
      'documents',
      'runs',
      'problems',
      'clauses',
      'transitions',
      'findings',
      'unexpected',
      'crashes',
      'changes',
      'strength',
    ]);
    assert.deepEqual(parsed.suite, { name: 'Suite', version: '1.0', commit: null });
    assert.equal(typeof parsed.runs[0]?.seconds, 'number');
    assert.match(String(parsed.runs[0]?.['started']), /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    assert.deepEqual(
      { ...parsed.runs[0], started: '', seconds: 0 },
      {
        key: 'reference/1',
        target: 'reference',
        revision: 1,
        hypervisor: { name: 'reference', buildId: '00112233445566778899aabbccddeeff00112233' },
        release: null,
        started: '',
        seconds: 0,
        scenarios: {
          total: 16,
          passed: 6,
          failed: 8,
          knownDeviations: 0,
          unexpectedPasses: 0,
          skipped: 1,
          crashed: 0,
          notEnded: 1,
        },
        complete: false,
        selected: false,
      },
    );
    const failing = { id: '54ada9b87950e0c2', uri: FEATURE, line: 11, name: 'fails', example: null, status: 'failed' };
    const failure = { kind: 'mismatch', step: 'it fails', what: 'the number', expected: '1', found: '2' };
    const one = { passed: 0, failed: 1, skipped: 0, total: 1 };
    assert.deepEqual(parsed.clauses[1], {
      id: 'FUNC-2',
      section: 'Functions',
      level: 'MUST',
      revision: 1,
      document: 'What FUNC-2 says, with `code`.',
      source: {
        commit: '3bc5cf73d72a743ec37567ca9203be5c0a28a5d5',
        file: 'docs/misc/livepatch.markdown',
        first: 10,
        last: 12,
        url: 'https://github.com/xen-project/xen/blob/3bc5cf73d72a743ec37567ca9203be5c0a28a5d5/docs/misc/livepatch.markdown?plain=1#L10-L12',
      },
      testable: true,
      why: null,
      verdicts: {
        'reference/1': {
          verdict: 'deviates',
          evidence: one,
          reason: null,
          scenarios: [{ ...failing, decides: true, deviation: null, failure }],
          deviations: [],
        },
        'xen/2': {
          verdict: 'known-deviation',
          evidence: one,
          reason: null,
          scenarios: [{ ...failing, decides: true, deviation: 'other', failure }],
          deviations: ['other'],
        },
      },
    });
    assert.equal(parsed.clauses[12]?.why, 'It cannot be seen.');
    assert.deepEqual(parsed.clauses[12].verdicts['xen/2'], {
      verdict: 'not-testable',
      evidence: { passed: 0, failed: 0, skipped: 0, total: 0 },
      reason: 'It cannot be seen.',
      scenarios: [],
      deviations: [],
    });
    assert.equal(parsed.transitions.length, 14);
    assert.deepEqual(parsed.transitions[0], {
      state: 'CHECKED',
      action: 'UNLOAD',
      outcome: 'success',
      next: 'gone',
      clause: 'STATE-2',
      verdicts: Object.fromEntries(
        ['reference/1', 'xen/2'].map((run) => [
          run,
          {
            verdict: 'conforms',
            evidence: { passed: 1, failed: 0, skipped: 0, total: 1 },
            reason: null,
            scenarios: [
              {
                id: 'be22783b3ec8ea78',
                uri: FEATURE,
                line: 62,
                name: 'UNLOAD in CHECKED',
                example: { state: 'CHECKED', action: 'UNLOAD', outcome: 'success', next: 'gone' },
                status: 'passed',
                decides: true,
                deviation: null,
                failure: null,
              },
            ],
            deviations: [],
          },
        ]),
      ),
    });
    assert.deepEqual(parsed.findings, [
      {
        id: 'F-1',
        title: 'No error is named',
        kind: 'gap',
        section: 'Functions',
        places: [
          {
            commit: DOCUMENTS[2].commit,
            file: 'docs/misc/livepatch.pandoc',
            first: 10,
            last: 12,
            url: linkTo(2, [10, 12]),
          },
        ],
        text: 'It is not said.',
        clauses: ['FUNC-2'],
        practice: [{ who: 'Xen', does: 'It returns `-EINVAL`.' }],
        proposal: 'The error is `-EINVAL`.',
        status: 'open',
        paper: null,
        scenarios: ['reference/1', 'xen/2'].map((run) => ({ run, ...failing })),
      },
    ]);
    assert.equal(parsed.strength, null);
  });
});

describe('junit.xml', () => {
  it('has a suite for each run, a case for each scenario, and escapes what it names', async () => {
    const xml = writeJunit(await report());
    const attributes = 'tests="16" failures="8" errors="1" skipped="1"';
    assert.ok(xml.includes(`<testsuite name="reference/1" ${attributes}`));
    assert.ok(xml.includes('<testsuite name="xen/2" tests="16" failures="7" errors="1" skipped="2"'));
    assert.ok(
      xml.includes(
        '<skipped type="known-deviation" message="Known deviation other: It &lt;does> otherwise.">Known deviation other: It',
      ),
    );
    assert.equal(xml.match(/<testcase /g)?.length, 32);
    assert.ok(
      xml.includes(`classname="reference/1.reports.testdata.statuses" name="the same name (2)" file="${FEATURE}"`),
    );
    assert.ok(
      xml.includes(
        '<failure type="failed" message="Error: expected 1, found 2">Error: expected 1, found 2\nsecond line<',
      ),
    );
    assert.ok(xml.includes('<skipped type="not-exercised" message="Not exercised: reference/1 lacks several-cpus'));
    assert.ok(xml.includes('name="&lt;script>alert(&quot;1&quot;)&lt;/script> &amp; ]]> \'x\'"'));
  });

  it('has a name for each case of its own, which does not move with its line', async () => {
    const built = await report();
    const moved = built.runs.map((run) => ({
      ...run,
      scenarios: run.scenarios.map((scenario) => ({ ...scenario, line: scenario.line + 7 })),
    }));
    const names = (xml: string): readonly string[] => xml.match(/<testcase classname="[^"]*" name="[^"]*"/g) ?? [];
    assert.equal(new Set(names(writeJunit(built))).size, 32);
    assert.deepEqual(names(writeJunit({ ...built, runs: moved })), names(writeJunit(built)));
  });

  it('replaces what XML cannot hold', async () => {
    const built = await report();
    const hostile = built.runs.map((run) => ({
      ...run,
      scenarios: run.scenarios.map((scenario) => ({ ...scenario, name: 'a\u0000b\ud800\u001bc' })),
    }));
    assert.ok(!/[\u0000-\u0008\u000b-\u001f\ud800]/.test(writeJunit({ ...built, runs: hostile })));
  });
});

describe('the summary', () => {
  it('says for each run what of how many, what failed and where, and where the report is', async () => {
    const lines = writeSummary(await report(), 'out/index.html').split('\n');
    assert.deepEqual(lines.slice(0, 3), [
      'reference/1  (reference, build-id 001122334455)',
      '  6 passed, 8 failed, 1 skipped, 1 without result of 16 scenarios',
      '  4 conform, 3 deviate, 14 not exercised, 1 not testable, 1 of the other revision of 23 clauses',
    ]);
    const failed = lines.indexOf('Failed:');
    assert.deepEqual(lines.slice(failed + 1, failed + 3), [
      `  ${FEATURE}:11  fails  [reference/1]`,
      '      ✔ Given a hypervisor',
    ]);
    assert.ok(lines.includes('            expected  1'));
    assert.deepEqual(lines.slice(-2), ['Report: out/index.html', '']);
  });

  it('has known deviations apart from failures, and says what passed although recorded', async () => {
    const built = await report();
    const text = writeSummary({ ...built, outlived: built.runs[0]?.scenarios.slice(0, 1) ?? [] }, 'x');
    assert.ok(
      text.includes('\n  6 passed, 7 failed, 1 known deviation, 1 skipped, 1 without result of 16 scenarios\n'),
    );
    assert.ok(!text.includes('fails  [xen/2]'));
    assert.match(text, /Unexpected passes:\n.*passes {2}\[reference\/1\]\n.*features\/deviations records a failure/);
  });

  it('names twenty failures at most', async () => {
    const built = await report();
    const [run] = built.runs;
    assert.ok(run);
    const many = Array.from({ length: 4 }, (_, at) => ({ ...run, key: `reference/${at}` }));
    const [text = ''] = writeSummary({ ...built, runs: many }, 'x').split('Skipped by the reference:');
    assert.equal(text.match(/^ {2}\S*statuses\.feature:/gm)?.length, 20);
    assert.match(text, /and 12 more, see the report/);
  });
});

describe('index.html', () => {
  it('lets nothing through that a payload or a feature says', async () => {
    const html = writePage(await report());
    assert.equal(html.match(/<script|<img/gi)?.length, 1, 'the page has one script, its own');
    assert.ok(html.includes('&lt;img src=x onerror=alert(1)>'));
    assert.ok(html.includes('&lt;script>alert('));
  });

  it('lists the known deviations that were met', async () => {
    const [, deviations = ''] = writePage(await report()).split('>Known deviations</h3>');
    assert.match(deviations, /xen\/2.*>other<.*The document: It does\..*The implementation: It &lt;does> otherwise\./);
  });

  it('asks nothing of others', async () => {
    const html = writePage(await report());
    assert.ok(!/\b(src|srcset|action|poster)=["']?\w/.test(html.replace(/&[a-z]+;[^<]*/g, '')));
    assert.ok(!/@import|url\((?!#)/.test(html));
    // Links to the document are followed by whoever clicks them.
    const others = [...html.matchAll(/href="?(?!["#?])([^\s">]*)/g)].map(([, url = '']) => new URL(url).origin);
    assert.deepEqual(new Set(others), new Set(['https://github.com']));
  });

  it('has a place for each link in it, and each place once', async () => {
    const html = writePage(await report());
    const ids = [...html.matchAll(/ id="?([^\s">]*)/g)].map(([, id]) => id);
    assert.equal(new Set(ids).size, ids.length);
    const links = new Set([...html.matchAll(/href="?#([^\s">]*)/g)].map(([, id]) => decodeURIComponent(id ?? '')));
    assert.deepEqual(
      [...links].filter((id) => !ids.includes(id)),
      [],
    );
    assert.ok(ids.includes('FUNC-6') && ids.includes('fails-54ada'));
  });

  it('disassembles code, and says once what two runs have in common', async () => {
    const html = writePage(await report());
    assert.ok(html.includes('push %rbp'));
    assert.equal(html.match(/<b>And<\/b> it passes</g)?.length, 1);
    assert.equal(html.match(/<div><b>/g)?.length, 26, 'two events of thirteen scenarios, once for both runs');
  });
});
