/** Who is served at a socket. */
import { connect } from 'node:net';
import { createAnswerReader, encodeRequest } from '../agent/frames';
import { HELLO, PROTOCOL_VERSION } from '../agent/protocol';
import { userError } from '../user-error';

/** What a served hypervisor says of itself. */
export interface Served {
  readonly interfaceVersion: number;
  readonly buildId: Uint8Array;
}

/** Milliseconds. A hypervisor may be in the middle of a call. */
const PATIENCE = 10_000;

/** Asks. Rejected with a user error if nobody answers there, or another version of this suite. */
export function greet(socket: string): Promise<Served> {
  return new Promise((done, failed) => {
    const reader = createAnswerReader();
    const client = connect(socket, () => client.write(encodeRequest({ kind: 'HELLO' }, 1)));
    const giveUp = (sentence: string) => (): void => {
      client.destroy();
      failed(userError(sentence));
    };
    const isSilent = giveUp(`No hypervisor answers at ${socket}: start one with "livepatch-conformance serve".`);
    client.setTimeout(PATIENCE, isSilent);
    client.on('error', isSilent);
    client.on('end', isSilent);
    client.on('data', (bytes) => {
      reader.add(bytes);
      const answer = reader.next();
      if (answer === undefined) return;
      if (answer.result !== BigInt(PROTOCOL_VERSION)) {
        giveUp(`The hypervisor at ${socket} is served by another version of this suite: serve it again.`)();
        return;
      }
      const { interface_version: interfaceVersion, build_id_length, build_id } = HELLO.decode(answer.data);
      client.destroy();
      done({ interfaceVersion, buildId: build_id.slice(0, build_id_length) });
    });
  });
}
