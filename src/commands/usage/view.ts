import type { UsageReport } from '../../usage/usage-report.ts';
import type { Service } from '../../views/service-line.ts';
import type { ShownFile } from '../../views/shown-file.ts';

export type UsageRowKind = 'person' | 'model' | 'day' | 'group';

export interface UsageView {
  report: UsageReport;
  service: Service;
  by: UsageRowKind;
  /** rows have rows below them */
  breakdown: boolean;
  /** most rows */
  top: number | undefined;
  fields: readonly string[] | undefined;
  files: readonly ShownFile[];
}
