import type { UsageReport } from '../../usage/usage-report.ts';
import type { UserUsage } from '../../usage/user-usage.ts';
import type { Service } from '../../views/service-line.ts';
import type { ShownFile } from '../../views/shown-file.ts';

export type UsageRowKind = 'person' | 'model' | 'day' | 'group' | 'user';

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
  /** for `--by user` */
  users?: readonly UserUsage[] | undefined;
}
