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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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

    /** Parts of a value that count as one node: going through them is much less work than evaluating one. */
    private static final int PARTS = 64;

    /** Characters of a text, or items of an array, that an expression may make. */
    static final int MOST_SIZE = 10_000_000;

    private final String text;
    private final Compiled compiled;
    private final Environment environment;
    private final Regexes.Looks looks = new Regexes.Looks();
    private int work;
    private int depth;

    /**
     * What is made of a text once, for all its evaluations.
     *
     * @param functions that it may call and that are not the library's own
     */
    record Compiled(Jsonata jsonata, Regexes regexes, List<Own> functions) {}

    private Evaluation(String text, Compiled compiled, Environment environment) {
        this.text = text;
        this.compiled = compiled;
        this.environment = environment;
    }

    static Compiled compile(String text) {
        Regexes regexes = Regexes.in(text);
        try {
            Jsonata jsonata = Jsonata.jsonata(regexes.text());
            jsonata.setValidateInput(false);
            jsonata.setOutputConvertNulls(false);
            return new Compiled(jsonata, regexes, Own.in(text));
        } catch (JException e) {
            // The library tells where what it did not want ends.
            int end = Math.clamp(e.getLocation(), 0, text.length());
            String token = String.valueOf(e.getCurrent());
            throw Expression.failed(
                    text, said(e), text.startsWith(token, end - token.length()) ? end - token.length() : end);
        } catch (RuntimeException | StackOverflowError e) {
            throw Expression.failed(text, "cannot be read");
        }
    }

    static @Nullable Json evaluate(String text, Compiled compiled, Environment environment, List<String> variables) {
        return new Evaluation(text, compiled, environment).run(variables);
    }

    private @Nullable Json run(List<String> variables) {
        Frame frame = new Frame(null);
        for (String name : variables) {
            Json value = environment.variable(name);
            if (value != null) {
                frame.bind(name, toJava(value));
            }
        }
        bound(frame);
        for (Own own : compiled.functions()) {
            frame.bind(own.word, own.function.of(this));
        }
        List<Pattern> patterns = compiled.regexes().patterns();
        for (int i = 0; i < patterns.size(); i++) {
            frame.bind(Regexes.name(i), new Regexes.Regex(patterns.get(i), looks));
        }
        try {
            Object result = compiled.jsonata().evaluate(new StateView(environment), frame);
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
    static final class TooMuch extends RuntimeException {
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
            int size = result instanceof String made
                    ? made.length()
                    : result instanceof List<?> list ? list.size() : result instanceof Pattern ? MOST_SIZE + 1 : 0;
            fits(size);
            // Whatever is given a large value goes through it.
            work += size / PARTS;
        });
    }

    private static void fits(long size) {
        if (size > MOST_SIZE) {
            throw new TooMuch("makes a value larger than " + MOST_SIZE);
        }
    }

    /** Functions that are not the library's own: those that would read a clock or draw a number, and those whose work would not be counted. */
    @SuppressWarnings("ImmutableEnumChecker") // What makes a function has no state.
    private enum Own {
        MILLIS(
                "millis",
                of -> new JFunction((input, args) -> of.environment.moment().millis(), "<:n>")),
        NOW("now", of -> new JFunction((input, args) -> of.now(args), "<s?s?:s>")),
        RANDOM("random", of -> {
            Lots lots = new Lots(of.environment);
            return new JFunction((input, args) -> lots.next(), "<:n>");
        }),
        SHUFFLE("shuffle", of -> {
            Lots lots = new Lots(of.environment);
            return new JFunction((input, args) -> lots.shuffled((List<?>) args.get(0)), "<a:a>");
        }),
        EVAL(
                "eval",
                of -> new JFunction(
                        (input, args) -> {
                            throw new TooMuch("$eval is not there: what it would do could not be checked");
                        },
                        "<sx?:x>")),
        PAD("pad", of -> new JFunction((input, args) -> pad(args), "<s-ns?:s>")),
        JOIN("join", of -> new JFunction((input, args) -> join(args), "<a<s>s?:s>")),
        MATCH("match", of -> new JFunction((input, args) -> of.match(args), "<s-f<s:o>n?:a<o>>")),
        CONTAINS("contains", of -> new JFunction((input, args) -> of.contains(args), "<s-(sf):b>")),
        SPLIT("split", of -> new JFunction((input, args) -> of.split(args), "<s-(sf)n?:a<s>>")),
        REPLACE("replace", of -> new JFunction((input, args) -> of.replaced(args), "<s-(sf)(sf)n?:s>"));

        private interface Maker {
            JFunction of(Evaluation evaluation);
        }

        private static final List<Own> ALL = List.of(values());

        final String word;
        final Maker function;

        Own(String word, Maker function) {
            this.word = word;
            this.function = function;
        }

        /** Those that a text may call; a word that means something else does no harm. */
        static List<Own> in(String text) {
            return ALL.stream().filter(own -> text.contains(own.word)).toList();
        }
    }

    private static @Nullable Object at(List<?> args, int index) {
        return index < args.size() ? args.get(index) : null;
    }

    private String now(List<?> args) {
        return Functions.dateTimeFromMillis(environment.moment().millis(), (String) at(args, 0), (String) at(args, 1));
    }

    private static @Nullable String pad(List<?> args) {
        String text = (String) at(args, 0);
        if (text == null) {
            return null;
        }
        double width = ((Number) args.get(1)).doubleValue();
        fits((long) Math.abs(width));
        String with = at(args, 2) instanceof String given && !given.isEmpty() ? given : " ";
        int missing = (int) Math.abs(width) - text.codePointCount(0, text.length());
        if (missing <= 0) {
            return text;
        }
        int[] unit = with.codePoints().toArray();
        StringBuilder padding = new StringBuilder();
        for (int i = 0; i < missing; i++) {
            padding.appendCodePoint(unit[i % unit.length]);
        }
        return width < 0 ? padding + text : text + padding;
    }

    private static @Nullable String join(List<?> args) {
        if (!(at(args, 0) instanceof List<?> parts)) {
            return null;
        }
        String between = at(args, 1) instanceof String given ? given : "";
        long size = 0;
        List<String> texts = new ArrayList<>(parts.size());
        for (Object part : parts) {
            String text = (String) part;
            size += text.length() + between.length();
            texts.add(text);
        }
        fits(size - between.length());
        return String.join(between, texts);
    }

    /** Goes through all matches once, counted; what the library does then is no more work than that. */
    private int matches(Regexes.Regex regex, String text) {
        Matcher matcher = looks.matcher(regex.pattern, text);
        int found = 0;
        while (matcher.find()) {
            found++;
        }
        return found;
    }

    private @Nullable Object match(List<?> args) {
        String text = (String) at(args, 0);
        if (text == null) {
            return null;
        }
        if (!(at(args, 1) instanceof Regexes.Regex regex)) {
            throw new TooMuch("$match wants a regular expression such as /[0-9]+/");
        }
        matches(regex, text);
        return Functions.match(
                text, regex.pattern, at(args, 2) instanceof Number limit ? (Integer) limit.intValue() : null);
    }

    private @Nullable Object contains(List<?> args) {
        String text = (String) at(args, 0);
        Object wanted = at(args, 1);
        if (text == null || !(wanted instanceof Regexes.Regex regex)) {
            return Functions.contains(text, wanted);
        }
        return looks.matcher(regex.pattern, text).find();
    }

    private @Nullable Object split(List<?> args) {
        String text = (String) at(args, 0);
        Object by = at(args, 1);
        if (text != null && by instanceof Regexes.Regex regex) {
            matches(regex, text);
            by = regex.pattern;
        }
        return Functions.split(text, by, (Number) at(args, 2));
    }

    private @Nullable String replaced(List<?> args) {
        String text = (String) at(args, 0);
        Object what = at(args, 1);
        Object by = at(args, 2);
        Number limit = (Number) at(args, 3);
        if (text == null || limit != null && limit.doubleValue() < 0 || what instanceof String none && none.isEmpty()) {
            return Functions.replace(text, what, by, limit == null ? null : (Integer) limit.intValue());
        }
        Pattern pattern =
                what instanceof Regexes.Regex regex ? regex.pattern : Pattern.compile((String) what, Pattern.LITERAL);
        int times = 0;
        int end = 0;
        Matcher matcher = looks.matcher(pattern, text);
        while ((limit == null || times < limit.doubleValue()) && matcher.find()) {
            times++;
            end = matcher.end();
        }
        if (by instanceof String with) {
            long groups = with.chars().filter(c -> c == '$').count();
            fits((long) times * with.length() + groups * text.length() + text.length());
        }
        String head = limit == null ? text : text.substring(0, end);
        return (times == 0 ? head : Functions.replace(head, what instanceof String ? what : pattern, by, null))
                + text.substring(head.length());
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
