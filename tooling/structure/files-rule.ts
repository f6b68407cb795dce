import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isPublished, isReleased, type Member } from '../workspace/packages.ts';
import { placeOf, type Repository } from './rule.ts';

const AGREED = ['README.md', 'tsconfig.json', 'tsconfig.build.json', 'src/index.ts'];
/** What a reader finds in every package's README, in this order. More may stand between. */
const HEADINGS = ['Install', 'Example', 'Guarantees', 'Errors'];

/** Published packages have the same files, so that one who knows one of them knows them all. */
export function* filesRule({ members }: Repository): Iterable<string> {
  for (const member of members.filter(isPublished)) {
    for (const file of AGREED) {
      if (!existsSync(join(member.path, file))) yield `${placeOf(member, file)}: is missing`;
    }
    const released = isReleased(member);
    if (released !== existsSync(join(member.path, 'CHANGELOG.md'))) {
      yield `${placeOf(member, 'CHANGELOG.md')}: ${released ? 'is missing' : 'is written by the first release'}`;
    }
    yield* readmeProblems(member);
  }
}

function* readmeProblems(member: Member): Iterable<string> {
  const file = join(member.path, 'README.md');
  if (!existsSync(file)) return;
  // Lines of code may begin with #, too.
  const prose = readFileSync(file, 'utf8').replace(/^```[\s\S]*?^```/gm, '');
  const title = /^# (.+)$/m.exec(prose)?.[1];
  if (title !== member.manifest.name) {
    yield `${placeOf(member, 'README.md')}: the title must be "# ${member.manifest.name}"`;
  }
  const headings = [...prose.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
  const agreed = headings.filter((heading) => HEADINGS.includes(heading ?? ''));
  if (agreed.join() !== HEADINGS.join()) {
    yield `${placeOf(member, 'README.md')}: must have the headings ${HEADINGS.join(', ')}, in this order`;
  }
}
