<?php

namespace TinyHttp;

final class ValidationException extends \RuntimeException
{
}

final class Validator
{
    public static function check(array $rules, array $values): void
    {
        foreach ($rules as $key => $rule) {
            self::checkOne($key, $rule, $values[$key] ?? null);
        }
    }

    private static function checkOne(string $key, string $rule, mixed $value): void
    {
        if (!preg_match($rule, (string) $value)) {
            throw new ValidationException("The $key field is invalid: " . json_encode($value));
        }
    }
}
