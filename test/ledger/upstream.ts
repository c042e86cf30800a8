import { type Signal, signals } from '../../src/otlp/signal.ts';
import { factsOf } from '../conformance/signals.ts';
import type { Random } from '../fuzz/random.ts';
import { OtlpBackEnd, type Received, type Reply } from '../support/otlp-back-end.ts';
import { encode } from '../support/otlp-reference.ts';
import { seenItems } from './items.ts';
import type { Mood } from './plan.ts';
import { longTimeoutMillis } from './settings.ts';

/** What a back end was sent once, and what it made of it. */
export interface Delivery {
  at: number;
  signal: Signal;
  /** Numbers of the items that it took. */
  took: readonly number[];
  /** Of those that it refused in such a way that they are never sent again. */
  refused: readonly number[];
  /** Whether its sender knows what it took: for sure, perhaps, or not at all. */
  isKnown: 'yes' | 'maybe' | 'no';
  answer: string;
}

/** What it says to a request, and what it makes of its items. */
interface Decision extends Pick<Delivery, 'took' | 'refused' | 'isKnown'> {
  reply: Reply;
}

interface Request {
  signal: Signal;
  bytes: number;
  numbers: readonly number[];
}

/** Larger requests are too large while it is narrow. */
const narrowBytes = 2_500;
/** Where nobody waits for the end of its silence, it ends it. */
const hangMillis = 1_500;
/** While it is picky every so-manieth item is bad. */
const badOneIn = 37;

/** The user's back end, which misbehaves in every way, and remembers all that it was sent. */
export class Upstream {
  readonly deliveries: Delivery[] = [];
  /** How each item looked. */
  readonly texts = new Map<number, string>();
  /** What is wrong with what it was sent. */
  readonly problems: string[] = [];
  mood: Mood = 'well';
  private readonly backEnd = new OtlpBackEnd();
  private readonly random: Random;
  private readonly timeoutMillis: number;
  private port = 0;

  /** @param timeoutMillis after which what it does not answer is given up */
  constructor(random: Random, timeoutMillis: number) {
    this.random = random;
    this.timeoutMillis = timeoutMillis;
    this.backEnd.otherwise = (received) => this.answer(received);
  }

  /** @returns its base URL */
  async start(): Promise<string> {
    const url = await this.backEnd.start(this.port);
    this.port = Number(new URL(url).port);
    return url;
  }

  async stop(): Promise<void> {
    // What was only just answered may not arrive.
    const since = performance.now() - 200;
    for (const delivery of this.deliveries)
      if (delivery.at > since && delivery.isKnown === 'yes') delivery.isKnown = 'maybe';
    await this.backEnd.stop();
  }

  /** Whoever it answered may have been too slow to read it in time: nobody knows what it knows. */
  doubtAll(): void {
    for (const delivery of this.deliveries) if (delivery.isKnown === 'yes') delivery.isKnown = 'maybe';
  }

  async setMood(mood: Mood): Promise<void> {
    const before = this.mood;
    this.mood = mood;
    if (mood === 'away' && before !== 'away') await this.stop();
    if (mood !== 'away' && before === 'away') await this.start();
  }

  private answer({ path, body }: Received): Reply {
    this.backEnd.received.length = 0;
    const signal = signals.find((each) => factsOf[each].path === path);
    if (signal === undefined) {
      this.problems.push(`it was asked for ${path}`);
      return { status: 404 };
    }
    const seen = this.read(signal, body);
    const numbers = seen.map(({ number }) => number);
    for (const { number, text } of seen) this.texts.set(number, text);
    const { reply, ...made } = this.decide({ signal, bytes: body.length, numbers });
    const at = performance.now();
    const delivery: Delivery = {
      at,
      signal,
      ...made,
      answer: reply.instead ?? `${reply.status ?? 200}`,
    };
    this.deliveries.push(delivery);
    if (delivery.isKnown === 'yes') {
      delivery.isKnown = 'maybe';
      reply.onSent = () => {
        // One that comes late meets nobody any more.
        const isLate = performance.now() - at > this.timeoutMillis / 2;
        if (!isLate) delivery.isKnown = 'yes';
      };
    }
    return reply;
  }

  private read(signal: Signal, body: Buffer): ReturnType<typeof seenItems> {
    try {
      return seenItems(signal, body);
    } catch (error) {
      this.problems.push(`it was sent what is not OTLP: ${String(error)}`);
      return [];
    }
  }

  private decide(request: Request): Decision {
    const { random } = this;
    switch (this.mood) {
      case 'well':
      case 'away':
        return taken(request.numbers);
      case 'mixed':
        return random.once(2) ? taken(request.numbers) : this.misbehave(request);
      case 'slow':
        return taken(request.numbers, { afterMillis: random.below(300) });
      case 'busy':
        return later({ status: 429, headers: { 'retry-after': '1' } });
      case 'unavailable':
        return later({ status: random.one([502, 503, 504]) });
      case 'broken':
        return refused(request.numbers, random.one([500, 401, 404]));
      case 'picky':
        return this.pick(request);
      case 'narrow':
        return this.measure(request);
      case 'choosy':
        return this.choose(request);
      case 'silent':
        return this.lose(request, 'hang');
      case 'rude':
        return this.lose(request, 'reset');
    }
  }

  private misbehave(request: Request): Decision {
    const { random } = this;
    const ways: (() => Decision)[] = [
      () => taken(request.numbers, { afterMillis: random.below(200) }),
      () => later({ status: 503 }),
      () => this.pick(request),
      () => this.measure(request),
      () => this.choose(request),
      () => this.lose(request, 'reset'),
      () => (random.once(4) ? this.lose(request, 'hang') : later({ status: 429 })),
      () => (random.once(4) ? refused(request.numbers, 500) : taken(request.numbers)),
    ];
    return random.one(ways)();
  }

  private pick({ numbers }: Request): Decision {
    const hasBad = numbers.some((number) => number % badOneIn === 0);
    return hasBad ? refused(numbers, 400) : taken(numbers);
  }

  /** Down to single items all that is too large is divided. */
  private measure({ bytes, numbers }: Request): Decision {
    if (bytes <= narrowBytes) return taken(numbers);
    return refused(numbers.length === 1 ? numbers : [], 413);
  }

  /** Takes a part of it. */
  private choose({ signal, numbers }: Request): Decision {
    const rejected = this.random.below(numbers.length + 1);
    const { response, rejectedField } = factsOf[signal];
    const body = encode(response, { partialSuccess: { [rejectedField]: rejected, errorMessage: 'no' } });
    return { ...taken(numbers.slice(rejected), { body }), refused: numbers.slice(0, rejected) };
  }

  /** Takes it or not, and does not say so. */
  private lose({ numbers }: Request, instead: 'hang' | 'reset'): Decision {
    const took = this.random.once(2) ? numbers : [];
    const waitsForIt = instead === 'hang' && this.timeoutMillis < longTimeoutMillis;
    const reply: Reply =
      instead === 'reset' || waitsForIt ? { instead } : { instead: 'reset', afterMillis: hangMillis };
    return { reply, took, refused: [], isKnown: 'no' };
  }
}

function taken(numbers: readonly number[], reply: Reply = {}): Decision {
  return { reply, took: numbers, refused: [], isKnown: 'yes' };
}

function refused(numbers: readonly number[], status: number): Decision {
  return { reply: { status }, took: [], refused: numbers, isKnown: 'yes' };
}

function later(reply: Reply): Decision {
  return { reply, took: [], refused: [], isKnown: 'yes' };
}
