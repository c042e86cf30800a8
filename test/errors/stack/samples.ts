import { dotnetStack } from '../../../src/errors/stack/dotnet.ts';
import { geckoStack } from '../../../src/errors/stack/gecko.ts';
import { goStack } from '../../../src/errors/stack/go.ts';
import { javaStack } from '../../../src/errors/stack/java.ts';
import { javascriptStack } from '../../../src/errors/stack/javascript.ts';
import { phpStack } from '../../../src/errors/stack/php.ts';
import { pythonStack } from '../../../src/errors/stack/python.ts';
import type { StackReader } from '../../../src/errors/stack/reader.ts';
import { rubyStack } from '../../../src/errors/stack/ruby.ts';
import { rustStack } from '../../../src/errors/stack/rust.ts';

interface Language {
  read: StackReader;
  /** As its runtimes write them. */
  traces: readonly string[];
}

/** Every language that is read: a reader joins by its entry here. */
export const languages: Readonly<Record<string, Language>> = {
  'JavaScript of V8': {
    read: javascriptStack,
    traces: [
      'Error: a\n    at pay (/app/src/x.js:1:2)\n    at async node:internal/modules/esm/loader:1:2',
      'Error: a\n    at Shop.open [as begin] (file:///app/x.js:1:2)\n    at Array.map (<anonymous>)',
      'TypeError: a\n    at t.pay (https://cdn.example/react@18/main.js:1:234)\n    at https://shop.example/main.js:1:2',
      'Error: a\n    at pay (address at index.android.bundle:1:234)\n    at apply (native)',
      'Error: x\n    at f (/app/x.js:1:2)\n    at new Shop.Cart (file:///app/x.js:1:2)',
      'Error: x\n    at async Promise.all (index 0)\n    at async /app/x.js:1:2\n    at Array.map (<anonymous>)',
      'Error: x\n    at Cart.add [as run] (C:\\shop\\x.js:1:2)\n    at C:\\shop\\x.js:1:2',
      'Error: x\n    at page (/app/(group)/page.js:1:2)\n    at /app/(group)/page.js:1:2',
    ],
  },
  'JavaScript of Firefox and Safari': {
    read: geckoStack,
    traces: [
      'Shop.prototype.open/<@https://shop.example/react@18/main.js:1:2\n@https://shop.example/main.js:3:4\n',
      'pay@https://shop.example/main.js:1:2\nforEach@[native code]\nglobal code@https://shop.example/main.js:3:4',
      'ev@https://shop.example/main.js line 10 > eval:1:23\nasync*load@moz-extension://1f-2e/x.js:1:2',
    ],
  },
  Python: {
    read: pythonStack,
    traces: [
      'Traceback (most recent call last):\n  File "/app/x.py", line 1, in f\n    g()\n    ~^^\nValueError: x\n',
      '  + Exception Group Traceback (most recent call last):\n  |   File "/app/x.py", line 1, in f\n  |     g()\n  | ExceptionGroup: a (1 sub-exception)\n  +-+---------------- 1 ----------------\n    | ValueError: x\n    +------------------------------------\n',
      '  File "/app/x.py", line 1\n    def f(: 1\n          ^\nSyntaxError: invalid syntax',
    ],
  },
  Ruby: {
    read: rubyStack,
    traces: [
      "/app/x.rb:1:in `f': x (RuntimeError)\n\tfrom /app/x.rb:2:in `<main>'",
      "/app/x.rb:1:in 'Shop#f': x (RuntimeError)\n\tfrom /app/x.rb:2:in '<main>'",
      "/app/x.rb:1:in 'Shop#f'\n/app/x.rb:2:in 'block in <main>'",
      "Traceback (most recent call last):\n\t1: from /app/x.rb:2:in `<main>'\n/app/x.rb:1:in `f': x (RuntimeError)",
    ],
  },
  PHP: {
    read: phpStack,
    traces: [
      'Exception: a in /app/x.php:1\nStack trace:\n#0 /app/x.php(2): Shop\\Cart->add()\n#1 {main}',
      '#0 /app/x.php(2): Shop\\Cart->add(Object(Foo), 17)\n#1 [internal function]: f()\n#2 {main}',
      'Shop.Refused: a\n\tat Shop.Cart.add(Cart.php:1)\n\tat array_map(Unknown Source)\n\tat {main}(index.php:2)',
    ],
  },
  Java: {
    read: javaStack,
    traces: [
      'java.lang.Error: x\n\tat com.shop.Cart.add(Cart.java:12)\n\tat java.base/java.lang.Thread.run(Thread.java:840)',
      'java.lang.Error\n\tat com.shop.Cart.add(Unknown Source)\n\tat com.shop.Cart.get(Native Method)',
      'java.lang.Error\n\tat com.shop.Cart.add(Cart.kt)\nCaused by: java.lang.Error: x\n\t... 1 more',
    ],
  },
  '.NET': {
    read: dotnetStack,
    traces: [
      'System.Exception: x\n   at Shop.Cart.Add(String s) in /src/Cart.cs:line 12\n   at Shop.Program.Main()',
      'System.Exception: x\n   at Shop.Program.Main()',
      'System.Exception: x\n   at Shop.Cart.<AddAsync>d__1.MoveNext()\n--- End of stack trace from previous location ---',
    ],
  },
  Go: {
    read: goStack,
    traces: [
      'goroutine 1 [running]:\nmain.f(...)\n\t/app/main.go:12 +0x1d\nexit status 2',
      'panic: x\n\ngoroutine 1 [running]:\nmain.main()\n\t/app/main.go:12 +0x1d',
      'x\nmain.f\n\t/app/main.go:12\nruntime.main\n\t/usr/local/go/src/runtime/proc.go:290',
    ],
  },
  Rust: {
    read: rustStack,
    traces: [
      '   0: shop::main\n             at ./src/main.rs:4:5\n   1: main\n             at ./src/main.rs:4:5',
      "thread 'main' panicked at src/main.rs:4:5:\nx",
      'x\n\nCaused by:\n    y\n\nLocation:\n    src/main.rs:4:5',
    ],
  },
};
