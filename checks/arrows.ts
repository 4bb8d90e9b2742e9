/**
 * Compares the imports of the project with the rooms (`rooms.ts`), and finds import circles. Prints each import that is
 * wrong; exit status 1 if there is one.
 */
import { resolve } from 'node:path';
import { type Import, type Sources, importsOf, readSources } from './imports';
import { ROOMS, type Room } from './rooms';

/** Whether a file is for tests only. */
const isTest = (file: string): boolean =>
  /\.test\.tsx?$|(^|[./])fixtures\.ts$|\/testdata\/|^checks\/browser\.ts$/.test(file);

/** The room of a file: the one with the longest matching path. A test belongs to the room of its file. */
function roomOf(rooms: readonly Room[], file: string): Room | undefined {
  const tested = file.replace(/\.(test|fixtures)(?=\.tsx?$)/, '');
  const leadsThere = (place: string): boolean =>
    place.endsWith('/') ? file.startsWith(place) : [file, tested, tested.replace(/\.ts$/, '.js')].includes(place);
  const found = rooms.flatMap((room) => room.at.filter(leadsThere).map((place) => ({ room, place })));
  return found.sort((a, b) => b.place.length - a.place.length)[0]?.room;
}

/** An import from one room to another. */
interface Crossing extends Import {
  readonly fromRoom: Room;
  readonly toRoom: Room;
  readonly inTest: boolean;
}

/** The imports between rooms; files without a room are reported separately. */
function crossingsOf(rooms: readonly Room[], imports: readonly Import[]): readonly Crossing[] {
  return imports.flatMap((one) => {
    const [fromRoom, toRoom] = [roomOf(rooms, one.from), roomOf(rooms, one.to)];
    if (fromRoom === undefined || toRoom === undefined || fromRoom === toRoom) return [];
    return [{ ...one, fromRoom, toRoom, inTest: isTest(one.from) }];
  });
}

const shown = ({ from, line, to }: Import): string => `${from}:${line} imports ${to}`;
const roomShown = ({ name }: Room, inTest: boolean): string => (inTest ? `tests of ${name}` : name);

/** Whether the table has the arrow. A test may import everything that its room imports. */
const isAllowed = ({ fromRoom: { uses, testsUse = [] }, toRoom: { name, isForAll }, inTest }: Crossing): boolean =>
  isForAll === true || uses.includes(name) || (inTest && testsUse.includes(name));

/** Errors of the table: arrows that lead upwards, arrows that no import needs, rooms without files. */
function tableProblems(
  rooms: readonly Room[],
  crossings: readonly Crossing[],
  files: readonly string[],
): readonly string[] {
  const occupied = new Set(files.map((file) => roomOf(rooms, file)));
  const unused = (from: Room, used: readonly string[], inTest: boolean): readonly string[] =>
    used
      .filter(
        (to) => !crossings.some((one) => one.fromRoom === from && one.toRoom.name === to && one.inTest === inTest),
      )
      .map((to) => `${roomShown(from, inTest)} may use ${to}, and no import needs it`);
  return rooms.flatMap((room, index) => {
    const before = rooms.slice(0, index);
    const below = before.map(({ name }) => name);
    return [
      ...(occupied.has(room) ? [] : [`the room ${room.name} has no files`]),
      ...(room.isForAll && before.some(({ isForAll }) => !isForAll)
        ? [`${room.name} is for all rooms, and does not come first in the table`]
        : []),
      ...room.uses
        .filter((used) => !below.includes(used))
        .map((used) => `${room.name} may use ${used}, which does not come before it in the table`),
      ...unused(room, room.uses, false),
      ...unused(room, room.testsUse ?? [], true),
    ];
  });
}

/** Each circle of imports as its files, beginning and ending with the same one. */
export function circlesOf(imports: readonly Import[]): readonly (readonly string[])[] {
  const done = new Set<string>();
  const circles: (readonly string[])[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    const at = path.indexOf(file);
    if (at >= 0) circles.push([...path.slice(at), file]);
    if (at >= 0 || done.has(file)) return;
    for (const { to } of imports.filter(({ from }) => from === file)) visit(to, [...path, file]);
    done.add(file);
  };
  for (const { from } of imports) visit(from, []);
  return circles;
}

/** Everything that is wrong, one sentence each. */
export function problemsOf(sources: Sources, rooms: readonly Room[]): readonly string[] {
  const files = [...sources.keys()];
  const imports = importsOf(sources);
  const crossings = crossingsOf(rooms, imports);
  return [
    ...files.filter((file) => roomOf(rooms, file) === undefined).map((file) => `${file} is in no room`),
    ...imports.filter(({ from, to }) => isTest(to) && !isTest(from)).map((one) => `${shown(one)}, which is for tests`),
    ...crossings
      .filter((one) => !isAllowed(one))
      .map((one) => `${shown(one)}: ${roomShown(one.fromRoom, one.inTest)} may not use ${one.toRoom.name}`),
    ...circlesOf(imports).map((circle) => `a circle: ${circle.join(' imports ')}`),
    ...tableProblems(rooms, crossings, files),
  ];
}

if (require.main === module) {
  const problems = problemsOf(readSources(resolve(__dirname, '..')), ROOMS);
  for (const problem of problems) console.log(problem);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
