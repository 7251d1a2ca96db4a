package dev.tenon.toolbox.data;

import dev.tenon.toolbox.RefusedException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Works out an expression in decimal numbers: exactly where the result has an end, else to 34 digits (IEEE 754 decimal128). Knows numbers, {@code + - * / % ^}, brackets, named values and a few
 * functions. Reads the expression by itself: nothing is run as code. Sizes are bounded at every step, so that {@code 9^9^9} is refused and not worked on. Used for one expression.
 */
final class Calculator {
    private static final MathContext DIGITS = MathContext.DECIMAL128;
    private static final int MOST_CHARACTERS = 10_000;
    private static final int MOST_DIGITS = 10_000;
    private static final int DEEPEST = 200;
    static final String FUNCTIONS =
            "abs, sqrt, round(x, places), floor, ceil, min, max, sum, exp, ln, log10, sin, cos, tan, and the values pi"
                    + " and e";

    private final String text;
    private final Map<String, BigDecimal> values;
    private int at;
    private int depth;

    private Calculator(String text, Map<String, BigDecimal> values) {
        this.text = text;
        this.values = values;
    }

    static BigDecimal evaluate(String expression, Map<String, BigDecimal> values) {
        if (expression.length() > MOST_CHARACTERS) {
            throw refused("the expression has " + expression.length() + " characters");
        }
        values.values().forEach(Calculator::bounded);
        Calculator calculator = new Calculator(expression, values);
        BigDecimal result = calculator.sum();
        calculator.space();
        if (calculator.at < expression.length()) {
            throw refused("there is a \"" + shown(expression.codePointAt(calculator.at)) + "\" at character "
                    + (calculator.at + 1) + " where the expression should end or go on with a sign");
        }
        return result;
    }

    private BigDecimal sum() {
        BigDecimal value = product();
        while (true) {
            if (takes('+')) {
                value = bounded(value.add(product()));
            } else if (takes('-')) {
                value = bounded(value.subtract(product()));
            } else {
                return value;
            }
        }
    }

    private BigDecimal product() {
        BigDecimal value = signed();
        while (true) {
            if (takes('*')) {
                value = bounded(value.multiply(signed()));
            } else if (takes('/')) {
                value = divided(value, signed());
            } else if (takes('%')) {
                BigDecimal by = signed();
                if (by.signum() == 0) {
                    throw refused("it divides by zero");
                }
                value = bounded(value.remainder(by));
            } else {
                return value;
            }
        }
    }

    private static BigDecimal divided(BigDecimal value, BigDecimal by) {
        if (by.signum() == 0) {
            throw refused("it divides by zero");
        }
        try {
            return bounded(value.divide(by));
        } catch (ArithmeticException e) {
            return value.divide(by, DIGITS); // it has no end
        }
    }

    /** Whatever nests comes by here once a level: signs, brackets, arguments and exponents. */
    private BigDecimal signed() {
        if (++depth > DEEPEST) {
            throw refused("it nests deeper than " + DEEPEST);
        }
        BigDecimal value;
        if (takes('-')) {
            value = signed().negate();
        } else if (takes('+')) {
            value = signed();
        } else {
            value = power();
        }
        depth--;
        return value;
    }

    private BigDecimal power() {
        BigDecimal base = atom();
        if (!takes('^')) {
            return base;
        }
        BigDecimal exponent = signed();
        if (exponent.stripTrailingZeros().scale() > 0) {
            if (base.signum() < 0) {
                throw refused("a negative number has no power of " + exponent);
            }
            return approximate(Math.pow(base.doubleValue(), exponent.doubleValue()));
        }
        long digits = Math.max(1, base.precision()) * (long) Math.min(1e9, Math.abs(exponent.doubleValue()));
        if (digits > MOST_DIGITS) {
            throw refused("a power of it has more than " + MOST_DIGITS + " digits");
        }
        int times = exponent.intValueExact();
        if (times < 0) {
            return divided(BigDecimal.ONE, base.pow(-times));
        }
        return bounded(base.pow(times));
    }

    private BigDecimal atom() {
        space();
        if (takes('(')) {
            BigDecimal value = sum();
            if (!takes(')')) {
                throw refused("a '(' has no ')'");
            }
            return value;
        }
        int from = at;
        while (at < text.length() && (isDigit(text.charAt(at)) || text.charAt(at) == '.')) {
            at++;
        }
        if (at > from) {
            return number(from);
        }
        while (at < text.length() && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '_')) {
            at++;
        }
        if (at == from) {
            throw refused(
                    at == text.length()
                            ? "it ends where a number should be"
                            : "there is a \"" + shown(text.codePointAt(at)) + "\" at character " + (at + 1)
                                    + " where a number should be");
        }
        return named(text.substring(from, at));
    }

    private BigDecimal number(int from) {
        if (at < text.length() && (text.charAt(at) == 'e' || text.charAt(at) == 'E')) {
            int end = at + 1;
            if (end < text.length() && (text.charAt(end) == '-' || text.charAt(end) == '+')) {
                end++;
            }
            int digits = end;
            while (end < text.length() && isDigit(text.charAt(end))) {
                end++;
            }
            if (end > digits && end - digits <= 4) {
                at = end;
            }
        }
        try {
            return bounded(new BigDecimal(text.substring(from, at)));
        } catch (NumberFormatException e) {
            throw refused("\"" + text.substring(from, Math.min(at, from + 40)) + "\" is no number");
        }
    }

    private BigDecimal named(String name) {
        BigDecimal value = values.get(name);
        if (value != null) {
            return value;
        }
        if (takes('(')) {
            List<BigDecimal> arguments = new ArrayList<>();
            if (!takes(')')) {
                do {
                    arguments.add(sum());
                } while (takes(','));
                if (!takes(')')) {
                    throw refused("a '(' has no ')'");
                }
            }
            return function(name, arguments);
        }
        return switch (name) {
            case "pi" -> new BigDecimal("3.141592653589793238462643383279503");
            case "e" -> new BigDecimal("2.718281828459045235360287471352662");
            default -> throw refused("there is no value \"" + RefusedException.shown(name) + "\"");
        };
    }

    private static BigDecimal function(String name, List<BigDecimal> x) {
        return switch (name) {
            case "abs" -> one(name, x).abs();
            case "sqrt" -> root(one(name, x));
            case "floor" -> one(name, x).setScale(0, RoundingMode.FLOOR);
            case "ceil" -> one(name, x).setScale(0, RoundingMode.CEILING);
            case "round" -> rounded(x);
            case "min" -> some(name, x).stream().reduce(BigDecimal::min).orElseThrow();
            case "max" -> some(name, x).stream().reduce(BigDecimal::max).orElseThrow();
            case "sum" -> some(name, x).stream().reduce(BigDecimal.ZERO, (sum, each) -> bounded(sum.add(each)));
            case "exp" -> approximate(Math.exp(one(name, x).doubleValue()));
            case "ln" -> approximate(Math.log(one(name, x).doubleValue()));
            case "log10" -> approximate(Math.log10(one(name, x).doubleValue()));
            case "sin" -> approximate(Math.sin(one(name, x).doubleValue()));
            case "cos" -> approximate(Math.cos(one(name, x).doubleValue()));
            case "tan" -> approximate(Math.tan(one(name, x).doubleValue()));
            default -> throw refused("there is no function \"" + RefusedException.shown(name) + "\"");
        };
    }

    private static BigDecimal root(BigDecimal value) {
        if (value.signum() < 0) {
            throw refused("a negative number has no square root");
        }
        return value.sqrt(DIGITS);
    }

    private static BigDecimal rounded(List<BigDecimal> x) {
        if (x.isEmpty() || x.size() > 2) {
            throw refused("round takes a number and the places to keep");
        }
        BigDecimal places = x.size() == 1 ? BigDecimal.ZERO : x.get(1);
        if (places.abs().compareTo(BigDecimal.valueOf(1000)) > 0
                || places.stripTrailingZeros().scale() > 0) {
            throw refused("round keeps -1000 to 1000 places");
        }
        return x.get(0).setScale(places.intValueExact(), RoundingMode.HALF_EVEN);
    }

    private static BigDecimal one(String name, List<BigDecimal> x) {
        if (x.size() != 1) {
            throw refused(name + " takes one number, got " + x.size());
        }
        return x.get(0);
    }

    private static List<BigDecimal> some(String name, List<BigDecimal> x) {
        if (x.isEmpty()) {
            throw refused(name + " takes numbers, got none");
        }
        return x;
    }

    private static BigDecimal approximate(double value) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            throw refused("a function has no value there, or one that is too large");
        }
        return BigDecimal.valueOf(value);
    }

    static BigDecimal bounded(BigDecimal value) {
        if (value.precision() > MOST_DIGITS || Math.abs((long) value.scale()) > MOST_DIGITS) {
            throw refused("a number in it has more than " + MOST_DIGITS + " digits");
        }
        return value;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private void space() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private boolean takes(char sign) {
        space();
        if (at < text.length() && text.charAt(at) == sign) {
            at++;
            return true;
        }
        return false;
    }

    private static String shown(int c) {
        return Character.isISOControl(c) ? "\uFFFD" : Character.toString(c);
    }

    static RefusedException refused(String why) {
        return new RefusedException(
                "data.math",
                "the expression cannot be worked out: " + why,
                "numbers, + - * / % ^ and brackets; " + FUNCTIONS);
    }
}
