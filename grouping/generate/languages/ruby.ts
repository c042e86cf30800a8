import { join } from 'node:path';
import type { Language } from '../language.ts';
import { execute, thrownIn } from '../process.ts';
import { runtimeOf } from '../variants.ts';

/** Ruby 3.1 as Debian has it, and JRuby, which stands for Ruby 3.4 and names calls as that does. */
export const ruby: Language = {
  name: 'ruby',
  syntax: { lineComment: '#', quotes: [`'`, '"'], indented: true },
  sources: /^app\/.*\.rb$/,
  async run({ variant, inputs, directory, cache }) {
    const jar = join(cache, 'jars', 'jruby-complete-10.0.0.1.jar');
    const jruby = ['/usr/lib/jvm/temurin-25-jdk-amd64/bin/java', '-jar', jar] as const;
    await execute(
      ['mvn', '-q', '-B', 'dependency:copy-dependencies', `-DoutputDirectory=${join(cache, 'jars')}`],
      directory,
    );
    const program = runtimeOf<readonly [string, ...string[]]>(variant, [['ruby'], ['ruby'], jruby]);
    const library = join(directory, 'library/tinyjobs-0.9.2/lib');
    const output = await execute([...program, '-I', library, 'main.rb'], directory, inputs);
    const version = await execute(
      [...program, '-e', 'print RUBY_ENGINE, " ", RUBY_ENGINE_VERSION'],
      directory,
    );
    const gems = variant.path.startsWith('/home')
      ? `${variant.path}/vendor/bundle/ruby/3.1.0/gems`
      : '/usr/local/bundle/gems';
    const places = new Map([
      [`${variant.path}/library`, gems],
      ['uri:classloader:/META-INF/jruby.home', '/opt/jruby'],
    ]);
    return [{ thrown: thrownIn(output), runtime: version, service: 'chat', places }];
  },
};
