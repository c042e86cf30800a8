import { applyRate, settleHeld } from '../../issues/lifecycle.ts';
import type { EventRows } from './event-rows.ts';
import type { HourTable } from './hour-table.ts';
import { hourOf } from './hours.ts';
import type { IssueRows } from './issue-rows.ts';

/** What becomes of issues without a further event. Within a transaction of whoever asks for it. */
export class IssueUpkeep {
  private readonly rows: IssueRows;
  private readonly events: EventRows;
  private readonly hours: HourTable;
  /** The hour in which it was last looked for issues that do not escalate any more. */
  private calmedAt = 0;

  constructor(rows: IssueRows, events: EventRows, hours: HourTable) {
    this.rows = rows;
    this.events = events;
    this.hours = hours;
  }

  settleHeld(): void {
    for (const held of this.rows.held()) {
      this.events.settleHeld(held.id);
      this.rows.write(settleHeld(held));
      this.rows.noteChange(held.id, 'amended', Math.round(held.lastSeen));
    }
  }

  /** Once an hour; and anew where a clock was set back. */
  isDue(at: number): boolean {
    return hourOf(at) !== this.calmedAt;
  }

  /** What has not happened for an hour has nothing that would say so: each hour all that escalate are looked at. */
  calm(at: number): void {
    if (!this.isDue(at)) return;
    const hour = hourOf(at);
    this.calmedAt = hour;
    for (const issue of this.rows.escalating()) {
      const rated = applyRate(issue, this.hours.rate(issue.id, hour), at);
      if (rated !== issue) this.rows.write(rated);
    }
  }
}
