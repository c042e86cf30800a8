import { buttonsApp } from '../../admin/buttons-app.ts';
import type { ListenAddress } from '../../config/scalars.ts';
import type { ReceiverHealth } from '../../notify/dispatcher.ts';
import type { ActOnIncident } from '../../notify/incident-action.ts';
import { type SlackApp, tellOneBy } from '../../notify/receivers/slack-app.ts';
import { SlackPresses } from '../../notify/receivers/slack-presses.ts';
import { SlackSocket } from '../../notify/receivers/slack-socket.ts';
import type { DeliveryList } from '../../notify/delivery-store.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { ConnectionLimit } from '../../runtime/connections.ts';
import { HttpServer } from '../../runtime/http-server.ts';
import type { Component } from '../../runtime/lifecycle.ts';
import type { ButtonEvents } from '../../telemetry/button-events.ts';

/** More than there are days that it is known of what was sent (`DeliveryList.listSent`), in earnest and in a dry run. */
const mostSentDays = 200;
/** Slack, and whatever stands before it; each of them may send as much as a message is long. */
const mostConnections = 50;

export interface ButtonsParts {
  clock: Clock;
  random: () => number;
  events: ButtonEvents;
  listen: ListenAddress;
  act: ActOnIncident;
  store: Pick<DeliveryList, 'listSent'>;
  /** Whether nothing is sent. */
  isDryRun: () => boolean;
  /** Has connections counted that are closed to make room, if there is a listener. */
  counted: () => Pick<ConnectionLimit, 'onEvicted'>;
}

export interface Buttons {
  /** By which Tocsin hears of what is pressed; each takes its time to connect. */
  sockets: readonly Component[];
  /** Undefined if no chat sends requests. */
  listener: HttpServer | undefined;
  /** The health of receivers, with what is wrong with their buttons. */
  withProblems: (health: readonly ReceiverHealth[]) => readonly ReceiverHealth[];
  /** A dry run has begun or ended. */
  reconsider: () => void;
}

/** Everything by which people answer what they are shown. */
export function composeButtons(
  apps: readonly SlackApp[],
  { clock, random, events, listen, act, store, isDryRun, counted }: ButtonsParts,
): Buttons {
  const pressesOf = ({ reached }: SlackApp) => {
    const presses = new SlackPresses({ clock, act, events, tellOne: tellOneBy(reached) });
    return (payload: unknown): Promise<void> => presses.handle(payload);
  };
  const sockets = apps.flatMap((app) => {
    const { receivers, heardBy, reached } = app;
    if (heardBy.kind !== 'socket') return [];
    const options = { ...reached, appToken: heardBy.appToken };
    // Another Tocsin may have the same app, and would hear of less.
    const isWanted = async (): Promise<boolean> => !isDryRun() || (await haveMessages(receivers, store));
    const dependencies = { clock, random, events, handle: pressesOf(app), isWanted };
    const socket = new SlackSocket(receivers, options, dependencies);
    return [{ receivers, socket }];
  });
  const signing = apps.flatMap((app) =>
    app.heardBy.kind === 'request' ? [{ secret: app.heardBy.signingSecret, handle: pressesOf(app) }] : [],
  );
  const problemOf = (receiver: string): string | undefined =>
    sockets.find(({ receivers }) => receivers.includes(receiver))?.socket.problem;
  return {
    sockets: sockets.map(({ socket }) => socket),
    listener:
      signing.length === 0
        ? undefined
        : new HttpServer('listener for buttons', listen, buttonsApp({ clock, apps: signing, events }), {
            mostConnections,
            ...counted(),
          }),
    withProblems: (health) =>
      health.map(({ receiver, problem }) => {
        const ofButtons = problemOf(receiver);
        return {
          receiver,
          problem: problem ?? (ofButtons && `its buttons do nothing: ${ofButtons}`),
        };
      }),
    reconsider: () => {
      for (const { socket } of sockets) void socket.reconsider();
    },
  };
}

/** Whether people were sent anything in earnest, whose buttons they may press; what is not known is taken for that. */
async function haveMessages(
  receivers: readonly string[],
  store: Pick<DeliveryList, 'listSent'>,
): Promise<boolean> {
  try {
    for (const receiver of receivers) {
      const { items } = await store.listSent({ receiver, limit: mostSentDays });
      if (items.some(({ isDryRun, posts }) => !isDryRun && posts > 0)) return true;
    }
    return false;
  } catch {
    return true;
  }
}
