import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  Extractor,
  ExtractorConfig,
  ExtractorLogLevel,
  type ExtractorMessage,
} from '@microsoft/api-extractor';
import type { EntryPoint, Member } from '../workspace/packages.ts';

const SILENT = { logLevel: ExtractorLogLevel.None };
const IN_THE_REPORT = { logLevel: ExtractorLogLevel.Warning, addToApiReportFile: true };

/**
 * Everything that can be imported from one entry point of a built package, with its types, in a form
 * that changes only when the API does.
 *
 * @param scratch an empty folder
 * @throws Error with API Extractor's messages, when it cannot read the declarations
 */
export function describeEntryPoint(member: Member, entryPoint: EntryPoint, scratch: string): string {
  const declarations = join(member.path, 'dist', `${entryPoint.file}.d.ts`);
  const config = ExtractorConfig.prepare({
    configObjectFullPath: undefined,
    packageJsonFullPath: join(member.path, 'package.json'),
    configObject: {
      projectFolder: member.path,
      mainEntryPointFilePath: declarations,
      newlineKind: 'lf',
      compiler: {
        overrideTsconfig: {
          files: [declarations],
          compilerOptions: {
            target: 'es2024',
            lib: ['es2024', 'DOM', 'ESNext.Disposable'],
            module: 'nodenext',
            types: ['node'],
            strict: true,
            skipLibCheck: true,
          },
        },
      },
      apiReport: {
        enabled: true,
        reportFileName: 'report.api.md',
        reportFolder: scratch,
        reportTempFolder: join(scratch, 'temporary'),
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.Error } },
        // Comments are the reviewer's; the report is about what the compiler sees.
        tsdocMessageReporting: { default: SILENT },
        extractorMessageReporting: {
          default: IN_THE_REPORT,
          'ae-missing-release-tag': SILENT,
          'ae-undocumented': SILENT,
          'ae-unresolved-link': SILENT,
          // The types that a further entry point uses are exported by the main one.
          'ae-forgotten-export': entryPoint.subpath === '.' ? IN_THE_REPORT : SILENT,
        },
      },
    },
  });

  const complaints: string[] = [];
  const result = Extractor.invoke(config, {
    localBuild: true,
    messageCallback(message: ExtractorMessage) {
      message.handled = true;
      if (message.logLevel === 'error') complaints.push(message.formatMessageWithLocation(member.path));
    },
  });
  if (!result.succeeded) throw new Error(complaints.join('\n') || `cannot read ${declarations}`);
  return readFileSync(config.reportFilePath, 'utf8');
}
