package dev.tenon.workflow;

import com.dashjoin.jsonata.Functions;
import com.dashjoin.jsonata.JException;
import com.dashjoin.jsonata.Jsonata;
import com.dashjoin.jsonata.Jsonata.Frame;
import com.dashjoin.jsonata.Jsonata.JFunction;
import dev.tenon.json.Json;
import dev.tenon.json.JsonException;
import java.math.BigDecimal;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * One evaluation by the JSONata library: values go in as views and come out as JSON, work and depth are counted, and what would read a clock or draw a number is told both. Numbers are
 * doubles inside, as JSONata's are.
 */
final class Evaluation {
    /** Evaluated nodes: some hundredths of a second. A count and not a time, so that a run that is folded again stops at the same place. */
    static final int MOST_WORK = 1_000_000;

    /** Nodes in nodes. Each takes some frames of Java's stack. */
    static final int MOST_DEPTH = 300;

    /** Characters of a text, or items of an array, that an expression may make. */
    static final int MOST_SIZE = 10_000_000;

    private final String text;
    private int work;
    private int depth;

    private Evaluation(String text) {
        this.text = text;
    }

    static Jsonata compile(String text) {
        try {
            Jsonata compiled = Jsonata.jsonata(text);
            compiled.setValidateInput(false);
            compiled.setOutputConvertNulls(false);
            return compiled;
        } catch (JException e) {
            throw Expression.failed(text, said(e));
        } catch (RuntimeException | StackOverflowError e) {
            throw Expression.failed(text, "cannot be read");
        }
    }

    static @Nullable Json evaluate(String text, Jsonata compiled, Environment environment, List<String> variables) {
        return new Evaluation(text).run(compiled, environment, variables);
    }

    private @Nullable Json run(Jsonata compiled, Environment environment, List<String> variables) {
        Frame frame = new Frame(null);
        for (String name : variables) {
            Json value = environment.variable(name);
            if (value != null) {
                frame.bind(name, toJava(value));
            }
        }
        bound(frame);
        functions(frame, environment);
        try {
            Object result = compiled.evaluate(new StateView(environment), frame);
            return result == null ? null : toJson(result);
        } catch (JException e) {
            throw Expression.failed(text, said(e));
        } catch (JsonException e) {
            throw Expression.failed(text, String.valueOf(e.getMessage()));
        } catch (StackOverflowError e) {
            throw tooDeep();
        } catch (TooMuch e) {
            throw Expression.failed(text, e.getMessage());
        } catch (RuntimeException e) {
            Throwable cause = e;
            while (cause.getCause() != null && !(cause instanceof TooMuch)) {
                cause = cause.getCause();
            }
            String message = cause.getMessage();
            throw Expression.failed(text, message == null ? cause.getClass().getSimpleName() : message);
        }
    }

    /** Unlike an exception of the library this one is not taken for a value that is missing. */
    private static final class TooMuch extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TooMuch(String message) {
            super(message, null, false, false);
        }

        @Override
        public String getMessage() {
            return String.valueOf(super.getMessage());
        }
    }

    private RuntimeException tooDeep() {
        return Expression.failed(text, "goes deeper than " + MOST_DEPTH + " levels");
    }

    private void bound(Frame frame) {
        frame.setEvaluateEntryCallback((node, input, env) -> {
            if (++work > MOST_WORK) {
                throw new TooMuch("takes more than " + MOST_WORK + " steps");
            }
            if (++depth > MOST_DEPTH) {
                throw new TooMuch("goes deeper than " + MOST_DEPTH + " levels");
            }
        });
        frame.setEvaluateExitCallback((node, input, env, result) -> {
            depth--;
            if (result instanceof String made && made.length() > MOST_SIZE
                    || result instanceof List<?> list && list.size() > MOST_SIZE) {
                throw new TooMuch("makes a value larger than " + MOST_SIZE);
            }
        });
    }

    private void functions(Frame frame, Environment environment) {
        Lots lots = new Lots(environment);
        frame.bind("millis", new JFunction((input, args) -> environment.moment().millis(), "<:n>"));
        frame.bind(
                "now",
                new JFunction(
                        (input, args) -> Functions.dateTimeFromMillis(
                                environment.moment().millis(),
                                args.isEmpty() ? null : (String) args.get(0),
                                args.size() < 2 ? null : (String) args.get(1)),
                        "<s?s?:s>"));
        frame.bind("random", new JFunction((input, args) -> lots.next(), "<:n>"));
        frame.bind("shuffle", new JFunction((input, args) -> lots.shuffled((List<?>) args.get(0)), "<a:a>"));
        frame.bind(
                "eval",
                new JFunction(
                        (input, args) -> {
                            throw new TooMuch("$eval is not there: what it would do could not be checked");
                        },
                        "<sx?:x>"));
        frame.bind(
                "pad",
                new JFunction(
                        (input, args) -> {
                            Number width = (Number) args.get(1);
                            if (Math.abs(width.doubleValue()) > MOST_SIZE) {
                                throw new TooMuch("makes a value larger than " + MOST_SIZE);
                            }
                            return Functions.pad(
                                    (String) args.get(0), width, args.size() < 3 ? null : (String) args.get(2));
                        },
                        "<s-ns?:s>"));
    }

    /** Numbers that follow from the run's seed. */
    private static final class Lots {
        private final Environment environment;
        private @Nullable SplittableRandom random;

        Lots(Environment environment) {
            this.environment = environment;
        }

        private SplittableRandom source() {
            SplittableRandom made = random;
            if (made == null) {
                made = new SplittableRandom(environment.moment().seed());
                random = made;
            }
            return made;
        }

        double next() {
            return source().nextDouble();
        }

        List<Object> shuffled(List<?> items) {
            List<Object> copy = new ArrayList<>(items);
            for (int i = copy.size() - 1; i > 0; i--) {
                int j = source().nextInt(i + 1);
                Object kept = copy.get(i);
                copy.set(i, copy.get(j));
                copy.set(j, kept);
            }
            return copy;
        }
    }

    private static String said(JException e) {
        String message = e.getMessage();
        String where = e.getLocation() > 0 ? " at character " + e.getLocation() : "";
        return (message == null ? "cannot be read" : message) + where;
    }

    // Values

    /** The state as the library wants it; nothing is copied that is not looked at. */
    private static final class StateView extends AbstractMap<String, Object> {
        private final Environment environment;

        StateView(Environment environment) {
            this.environment = environment;
        }

        @Override
        public @Nullable Object get(@Nullable Object key) {
            Json value = key instanceof String name ? environment.value(name) : null;
            return value == null ? null : toJava(value);
        }

        @Override
        public boolean containsKey(@Nullable Object key) {
            return key instanceof String name && environment.value(name) != null;
        }

        @Override
        public Set<Entry<String, Object>> entrySet() {
            Set<Entry<String, Object>> entries = new LinkedHashSet<>();
            for (String key : environment.keys()) {
                Object value = get(key);
                if (value != null) {
                    entries.add(Map.entry(key, value));
                }
            }
            return entries;
        }
    }

    /** An object as the library wants it. */
    private static final class ObjectView extends AbstractMap<String, Object> {
        private final Json.Obj object;

        ObjectView(Json.Obj object) {
            this.object = object;
        }

        @Override
        public @Nullable Object get(@Nullable Object key) {
            Json value = key instanceof String name ? object.members().get(name) : null;
            return value == null ? null : toJava(value);
        }

        @Override
        public boolean containsKey(@Nullable Object key) {
            return key instanceof String name && object.has(name);
        }

        @Override
        public int size() {
            return object.size();
        }

        @Override
        public Set<Entry<String, Object>> entrySet() {
            Map<String, Object> copy = new LinkedHashMap<>();
            object.forEach((name, value) -> copy.put(name, toJava(value)));
            return copy.entrySet();
        }
    }

    static Object toJava(Json value) {
        return switch (value) {
            case Json.Null none -> Jsonata.NULL_VALUE;
            case Json.Bool bool -> bool.value();
            case Json.Str string -> string.value();
            case Json.Num number -> toJava(number);
            case Json.Obj object -> new ObjectView(object);
            case Json.Arr array -> {
                List<Object> items = new ArrayList<>(array.size());
                for (Json item : array) {
                    items.add(toJava(item));
                }
                yield items;
            }
        };
    }

    private static Object toJava(Json.Num number) {
        double nearest = number.doubleValue();
        if (Math.abs(nearest) < 0x1p53 && number.whole()) {
            long whole = number.longValue();
            if (whole == (int) whole) {
                return (int) whole;
            }
            return whole;
        }
        if (number.whole() && Math.abs(nearest) < 0x1p62) {
            return number.longValue();
        }
        return nearest;
    }

    private Json toJson(Object value) {
        if (++work > MOST_WORK) {
            throw new TooMuch("gives a value of more than " + MOST_WORK + " parts");
        }
        if (value.equals(Jsonata.NULL_VALUE)) {
            return Json.NULL;
        }
        return switch (value) {
            case ObjectView view -> view.object;
            case StateView view -> members(view);
            case String string -> Json.of(string);
            case Boolean bool -> Json.of(bool);
            case Integer number -> Json.of(number);
            case Long number -> Json.of(number);
            case Number number -> decimal(number.doubleValue());
            case Map<?, ?> map -> members(map);
            case List<?> list -> {
                List<Json> items = new ArrayList<>(list.size());
                for (Object item : list) {
                    items.add(item == null ? Json.NULL : toJson(item));
                }
                yield Json.Arr.of(items);
            }
            default -> throw new TooMuch("gives a function, expected a value");
        };
    }

    private Json members(Map<?, ?> map) {
        Map<String, Json> members = new LinkedHashMap<>();
        map.forEach((name, member) -> {
            if (member != null) {
                members.put(String.valueOf(name), toJson(member));
            }
        });
        return Json.Obj.of(members);
    }

    private static Json decimal(double number) {
        if (Double.isNaN(number) || Double.isInfinite(number)) {
            throw new TooMuch("gives " + number + ", which is no number in JSON");
        }
        return Json.of(BigDecimal.valueOf(number));
    }
}
