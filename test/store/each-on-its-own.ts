import { after, before, suite, test } from 'node:test';

/** Tests each of which has a store of its own. @param use is given it before the test */
export function eachOnItsOwn<Store extends { stop: () => Promise<unknown> }>(
  name: string,
  open: () => Promise<Store>,
  use: (opened: Store) => void,
): (title: string, check: () => Promise<void>) => void {
  return (title, check) => {
    suite(`${name} store`, () => {
      let opened: Store;
      before(async () => {
        opened = await open();
        use(opened);
      });
      after(() => opened.stop());
      test(title, check);
    });
  };
}
