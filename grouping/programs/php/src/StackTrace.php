<?php

namespace Acme\Shop;

/** Stack traces as the OpenTelemetry SDK of PHP writes them: like Java's, from the failing call to {main}. */
final class StackTrace
{
    public static function of(\Throwable $thrown): string
    {
        $sections = [];
        $above = [];
        for (; $thrown !== null; $thrown = $thrown->getPrevious()) {
            $calls = self::calls($thrown);
            $own = self::withoutCommon($calls, $above);
            if (count($own) < count($calls)) {
                $own[] = sprintf('... %d more', count($calls) - count($own));
            }
            $sections[] = implode("\n\t", [self::heading($thrown), ...$own]);
            $above = $calls;
        }
        return implode("\nCaused by: ", $sections);
    }

    private static function heading(\Throwable $thrown): string
    {
        $name = self::dotted($thrown::class);
        return $thrown->getMessage() === '' ? $name : "$name: {$thrown->getMessage()}";
    }

    /** A trace says from where a function was called; what is wanted is where it was when it called the next. */
    private static function calls(\Throwable $thrown): array
    {
        $places = [['file' => $thrown->getFile(), 'line' => $thrown->getLine()], ...$thrown->getTrace()];
        $functions = [...$thrown->getTrace(), ['function' => '{main}']];
        return array_map(self::call(...), $functions, $places);
    }

    private static function call(array $function, array $place): string
    {
        $name = (isset($function['class']) ? $function['class'] . '.' : '') . $function['function'];
        $source = isset($place['file']) ? basename($place['file']) . ':' . $place['line'] : 'Unknown Source';
        return sprintf('at %s(%s)', self::dotted($name), $source);
    }

    private static function withoutCommon(array $calls, array $above): array
    {
        while ($calls !== [] && $above !== [] && end($calls) === end($above)) {
            array_pop($calls);
            array_pop($above);
        }
        return $calls;
    }

    private static function dotted(string $name): string
    {
        return strtr($name, '\\', '.');
    }
}
