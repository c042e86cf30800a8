import type { Expectations } from './expected.ts';
import type { History } from './history.ts';
import { attemptsOf, type Item, type Shipment } from './shipment.ts';
import { type Sighting, sightingsIn } from './sightings.ts';
import type { Delivery } from './upstream.ts';

export interface OutsideFacts {
  items: ReadonlyMap<number, Item>;
  history: History;
  expectations: Expectations;
  isJournaled: boolean;
  /** Items that Tocsin says it lost for want of room, or after many tries. */
  toldLost: number;
}

const nothing: Sighting = { yes: 0, maybe: 0, no: 0, refused: false };

/** Why items came more than once. */
export type Doubles = Record<'answerLost' | 'afterCrash' | 'sentAgain', number>;

/** Holds what one back end has against what was sent. */
export class Outside {
  readonly problems: string[] = [];
  readonly doubles: Doubles = { answerLost: 0, afterCrash: 0, sentAgain: 0 };
  readonly sightings: ReadonlyMap<number, Sighting>;
  private readonly facts: OutsideFacts;
  private unexplained = 0;

  constructor(
    { deliveries, texts }: { deliveries: readonly Delivery[]; texts: ReadonlyMap<number, string> },
    facts: OutsideFacts,
  ) {
    this.facts = facts;
    this.sightings = sightingsIn(deliveries);
    for (const [number, text] of texts) this.compare(number, text);
    for (const item of facts.items.values()) this.check(item);
  }

  private compare(number: number, text: string): void {
    const sent = this.facts.items.get(number);
    if (sent === undefined) this.problems.push(`an item came that nobody sent: ${text}`);
    else if (sent.text !== text) this.tell(sent, `came as another than it was sent: ${text}`);
  }

  private check(item: Item): void {
    const sighting = this.sightings.get(item.number) ?? nothing;
    const expected = this.facts.expectations.of(item);
    const taken = sighting.yes + sighting.maybe + sighting.no;
    if (taken > 0 && expected !== 'forward' && expected !== 'any')
      this.tell(item, `came, and should not: ${expected}`);
    if (taken === 0 && expected === 'forward') this.miss(item, sighting);
    if (taken > 1) this.checkDoubles(item, sighting);
  }

  private miss(item: Item, { refused }: Sighting): void {
    const { history, isJournaled, toldLost } = this.facts;
    if (refused) return;
    const isForgotten = attemptsOf(item.shipment, 'taken').some(({ life, sentAt, endedAt }) =>
      history.mayBeForgotten(life, sentAt, endedAt, isJournaled),
    );
    if (isForgotten || ++this.unexplained <= toldLost) return;
    this.tell(item, 'was taken and never came');
  }

  private checkDoubles(item: Item, { yes, maybe, no }: Sighting): void {
    const { history } = this.facts;
    this.doubles.answerLost += Math.min(yes + maybe + no - 1, maybe + no);
    if (yes <= 1) return;
    const attempts = attemptsOf(item.shipment, 'taken', 'unknown');
    const first = Math.min(...attempts.map(({ sentAt }) => sentAt));
    const life = Math.min(...attempts.map(({ life }) => life));
    const again = attempts.filter((attempt) => attempt.life > life).length;
    const crashes = history.crashesAfter(first).length;
    // It may be found in the journal and in the spool.
    if (yes > 1 + again + 2 * crashes) this.tell(item, `came ${yes} times`);
    else if (crashes > 0) this.doubles.afterCrash += yes - 1;
    else this.doubles.sentAgain += yes - 1;
  }

  private tell({ number, shipment, trace, failed }: Item, what: string): void {
    const of = trace === undefined ? '' : ` of trace ${trace.id} (${trace.root})`;
    const which = `${shipment.signal} item ${number}${of}${failed ? ', failed,' : ''}`;
    this.problems.push(`${which} ${what}; request ${shipment.number}: ${attemptsText(shipment)}`);
  }
}

function attemptsText({ attempts }: Shipment): string {
  return attempts
    .map(({ life, sentAt, endedAt, outcome, way }) => {
      const times = `${Math.round(sentAt)} to ${Math.round(endedAt)}`;
      return `${outcome.kind} in life ${life}, ${times}, by ${way.protocol}`;
    })
    .join('; ');
}
