import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Language } from '../language.ts';
import { execute, thrownIn } from '../process.ts';
import { runtimeOf } from '../variants.ts';

export const javaHomes = ['/usr/lib/jvm/java-17-openjdk-amd64', '/usr/lib/jvm/temurin-25-jdk-amd64'] as const;

/** The jars that the program's `pom.xml` names. */
export async function dependencies(directory: string, cache: string): Promise<string> {
  const jars = join(cache, 'jars');
  if (!existsSync(jars))
    await execute(
      ['mvn', '-q', '-B', 'dependency:copy-dependencies', `-DoutputDirectory=${jars}`],
      directory,
    );
  return `${jars}/*`;
}

/** Java 17 and 25, each compiled by its own compiler. */
export const java: Language = {
  name: 'java',
  syntax: { lineComment: '//', quotes: ['"'], indented: false },
  sources: /^src\/com\/acme\/.*\.java$/,
  async run({ variant, inputs, directory, cache }) {
    const home = runtimeOf(variant, javaHomes);
    const jars = await dependencies(directory, cache);
    await execute([`${home}/bin/javac`, '-g', '-cp', jars, '-d', 'classes', ...sources], directory);
    const program = [`${home}/bin/java`, '-cp', `classes:${jars}`, 'com.acme.shop.Main'] as const;
    const output = await execute(program, directory, inputs);
    const version = await execute([`${home}/bin/javac`, '-version'], directory);
    const runtime = version.trim().replace('javac', 'java');
    return [{ thrown: thrownIn(output), runtime, service: 'shop', places: new Map() }];
  },
};

const sources = [
  'src/org/tinyweb/App.java',
  ...['Main', 'Request', 'Orders', 'Catalog', 'Customers', 'Payments', 'Shipping', 'OutOfStockException'].map(
    (name) => `src/com/acme/shop/${name}.java`,
  ),
];
