import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Language } from '../language.ts';
import { execute, thrownIn } from '../process.ts';
import { runtimeOf } from '../variants.ts';
import { dependencies, javaHomes } from './java.ts';

/** Kotlin on Java 17 and 25, and once compiled with invokedynamic turned off, so that lambdas are classes. */
export const kotlin: Language = {
  name: 'kotlin',
  syntax: { lineComment: '//', quotes: ['"'], indented: false },
  sources: /^src\/com\/acme\/.*\.kt$/,
  async run({ variant, inputs, directory, cache }) {
    const home = runtimeOf(variant, javaHomes);
    const flags = runtimeOf<readonly string[]>(variant, [[], [], ['-Xlambdas=class']]);
    const jars = await dependencies(directory, cache);
    const classes = join(directory, 'classes');
    mkdirSync(classes);
    // The compiler of this version does not run on the newest Java.
    const compiler = [
      `${javaHomes[0]}/bin/java`,
      '-cp',
      jars,
      'org.jetbrains.kotlin.cli.jvm.K2JVMCompiler',
    ] as const;
    const classpath = ['kotlin-stdlib-2.1.20', 'kotlinx-coroutines-core-jvm-1.10.2']
      .map((name) => join(cache, 'jars', `${name}.jar`))
      .join(':');
    const options = ['-no-stdlib', '-no-reflect', '-nowarn', ...flags, '-cp', classpath, '-d', classes];
    await execute([...compiler, ...options, 'src'], directory);
    const program = [`${home}/bin/java`, '-cp', `${classes}:${classpath}`, 'com.acme.chat.MainKt'] as const;
    const output = await execute(program, directory, inputs);
    const version = await execute([`${home}/bin/javac`, '-version'], directory);
    const runtime = `kotlin 2.1.20 ${version.trim().replace('javac', 'java')}`;
    return [{ thrown: thrownIn(output), runtime, service: 'chat', places: new Map() }];
  },
};
