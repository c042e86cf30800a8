import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { type Kind, kinds } from '../kinds.ts';
import { shownBy } from '../shown.ts';
import { emailPage } from './email-html.ts';
import { lockScreenPage } from './lock-screen-html.ts';
import { slackPage } from './slack-html.ts';
import { telegramPage } from './telegram-html.ts';

/*
 * `npm run pictures [DIRECTORY]`: the pictures of docs/images, and in its messages/ one of every kind in Slack; with --all, of every kind of
 * message in Slack, Telegram and mail. Needs chromium, pngquant, fonts-lato, fonts-dejavu-core and fonts-noto-color-emoji of Debian.
 */

interface Picture {
  name: string;
  /** HTML; undefined if nobody is shown anything. */
  page: () => Promise<string | undefined>;
}

const kind = (name: string): Kind => kinds.find((each) => each.name === name)!;

const pages = {
  slack: async (of: Kind) => slackPage(await shownBy('slack', of)),
  telegram: async (of: Kind) => telegramPage(await shownBy('telegram', of)),
  email: async (of: Kind) => {
    const mail = await shownBy('email', of);
    return mail && emailPage(mail);
  },
};

function pictureOf(receiver: keyof typeof pages, of: Kind): Picture {
  return { name: `${receiver}-${of.name}`, page: () => pages[receiver](of) };
}

/** What a phone shows first, of a message and of what is news later. */
const lockScreen: Picture = {
  name: 'lock-screen',
  page: async () => {
    const slack = await shownBy('slack', kind('new-high'));
    const telegram = await shownBy('telegram', kind('everything'));
    const back = await shownBy('slack', kind('regressed'));
    return lockScreenPage([
      { app: 'Slack', from: '#alerts', text: `Tocsin: ${slack.text}` },
      { app: 'Telegram', from: 'Alerts', text: `Tocsin: ${telegram.text}` },
      { app: 'Slack', from: '#alerts', text: `Tocsin: ${back.replies[0]!.text}` },
    ]);
  },
};

const ofDocumentation: readonly Picture[] = [
  pictureOf('slack', kind('everything')),
  pictureOf('slack', kind('regressed')),
  pictureOf('slack', kind('resolved')),
  pictureOf('slack', kind('digest')),
  pictureOf('telegram', kind('group')),
  pictureOf('telegram', kind('escalating')),
  pictureOf('email', kind('everything')),
  lockScreen,
];

const everyKind = (receiver: keyof typeof pages): Picture[] => kinds.map((each) => pictureOf(receiver, each));

const [directory = fileURLToPath(new URL('../../../docs/images', import.meta.url))] = process.argv
  .slice(2)
  .filter((argument) => !argument.startsWith('--'));
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-background-networking', '--disable-lcd-text'],
});

/** @param fine whether they are looked at closely, and not one among many */
async function draw(pictures: readonly Picture[], to: string, fine: boolean): Promise<void> {
  mkdirSync(to, { recursive: true });
  const tab = await browser.newPage({ deviceScaleFactor: fine ? 1.5 : 1 });
  for (const { name, page } of pictures) {
    const html = await page();
    if (html === undefined) continue;
    await tab.setContent(html);
    const path = `${to}/${name}.png`;
    await tab.locator('main').screenshot({ path });
    execFileSync('pngquant', [
      '--strip',
      '--speed',
      '1',
      fine ? '64' : '32',
      '--force',
      '--output',
      path,
      path,
    ]);
  }
  await tab.close();
}

if (process.argv.includes('--all'))
  await draw(
    [...everyKind('slack'), ...everyKind('telegram'), ...everyKind('email'), lockScreen],
    directory,
    true,
  );
else {
  await draw(ofDocumentation, directory, true);
  await draw(everyKind('slack'), `${directory}/messages`, false);
}
await browser.close();
