import { isoTime } from '../../api/iso-time.ts';
import type { ResyncReport } from '../../dynamodb/state/resyncs.ts';
import type { EventText } from '../../kube/events/event-object.ts';

/** What a person watching would want to know of a resync that has ended. Its time makes each an event of its own. */
export function newsOf(report: ResyncReport): EventText {
  const { failure, withheld, repositories, added, changed, removed, swept, reread = 0, endedAtMs } = report;
  const at = `(${isoTime(endedAtMs)})`;
  if (failure) return { type: 'Warning', reason: 'ResyncFailed', action: 'Resync', note: `${failure.message} ${at}` };
  if (withheld) {
    const note = `${withheld.gone} of ${withheld.of} repositories are gone from the bucket; none was removed ${at}`;
    return { type: 'Warning', reason: 'MassDeletion', action: 'Resync', note };
  }
  const repaired = `${added} added, ${changed} changed, ${removed} removed, ${swept} items swept`;
  const { lists, gets, reads, writes, rereadGets = 0 } = report.requests;
  const cost = `${lists} LIST, ${gets} GET, ${reads} reads and ${writes} writes`;
  const anew = reread > 0 ? `; re-read ${reread} records of an older reader by ${rereadGets} GET` : '';
  const note = `Compared ${repositories} repositories: ${repaired}${anew}; ${cost} ${at}`;
  return { type: 'Normal', reason: 'Resynced', action: 'Resync', note };
}
