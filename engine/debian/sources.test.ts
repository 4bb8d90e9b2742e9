import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isUserError } from '../user-error';
import { createMachine, NO_APT, temporaryFolder } from './fixtures';
import { debianSources, SOURCE_VARIABLE } from './sources';

const STANZAS = `# Debian's own
Types: deb deb-src
URIs: http://mirror.example/debian
# its suites
Suites: bookworm bookworm-updates bookworm-backports
Components: main contrib
Architectures: amd64
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 abc

Types: deb
URIs: http://mirror.example/debian-security
Suites: bookworm-security
Components: main
Signed-By: /keys.gpg

Types: deb
URIs: http://off.example/debian
Suites: bookworm
Components: main
Enabled: no

Types: deb-src
URIs: http://source.example/debian
Suites: bookworm
Components: main
`;

const LINES = `
deb [arch=amd64 signed-by=/other.gpg] http://lines.example/debian stable main non-free # ours
deb-src http://lines.example/debian stable main
# deb http://commented.example/debian stable main
deb cdrom:[Debian GNU/Linux 12 _Bookworm_]/ bookworm main
deb http://lines.example/security bullseye/updates main
deb http://vendor.example/apt cloud-sdk-bookworm main
deb http://vendor.example/docker bookworm stable
deb http://ubuntu.example/ubuntu jammy main universe
`;

test("the system's sources of Debian are asked for another suite, with its updates", { skip: NO_APT }, (context) => {
  const { environment, addSources } = createMachine(temporaryFolder(context));
  addSources('debian.sources', STANZAS);
  addSources('lines.list', LINES);
  addSources('nothing.disabled', STANZAS.replaceAll('mirror.example', 'disabled.example'));
  const text = debianSources('trixie', environment);
  assert.deepEqual(
    text.split('\n\n').map((stanza) => stanza.trimEnd().split('\n')),
    [
      [
        'Types: deb',
        'URIs: http://lines.example/debian',
        'Suites: trixie',
        'Components: main',
        'signed-by: /other.gpg',
      ],
      ['Types: deb', 'URIs: http://lines.example/security', 'Suites: trixie-security', 'Components: main'],
      [
        'Types: deb',
        'URIs: http://mirror.example/debian',
        'Suites: trixie trixie-updates',
        'Components: main',
        'signed-by:',
        ' -----BEGIN PGP PUBLIC KEY BLOCK-----',
        ' .',
        ' abc',
      ],
      [
        'Types: deb',
        'URIs: http://mirror.example/debian-security',
        'Suites: trixie-security',
        'Components: main',
        'signed-by: /keys.gpg',
      ],
    ],
  );
});

test('mirrors that the user names take the place of the system’s', { skip: NO_APT }, (context) => {
  const { environment, addSources } = createMachine(temporaryFolder(context));
  addSources('debian.sources', STANZAS);
  const named = { ...environment, [SOURCE_VARIABLE]: 'https://a.example/debian, file:/mnt/debian-security/' };
  const text = debianSources('bookworm', named);
  assert.match(text, /^URIs: https:\/\/a\.example\/debian\nSuites: bookworm bookworm-updates$/m);
  assert.match(text, /^URIs: file:\/mnt\/debian-security\/\nSuites: bookworm-security$/m);
  assert.doesNotMatch(text, /mirror\.example/);
});

test('what is not a URI is refused in a sentence', () => {
  assert.throws(
    () => debianSources('bookworm', { ...process.env, [SOURCE_VARIABLE]: 'mirror' }),
    (error) => isUserError(error) && error.message.includes('names mirror, which is not a URI'),
  );
});

test('a machine without apt has no sources', () => {
  assert.equal(debianSources('bookworm', { PATH: '/nowhere' }), '');
});
