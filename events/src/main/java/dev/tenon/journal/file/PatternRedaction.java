package dev.tenon.journal.file;

import dev.tenon.journal.JournalRecord;
import dev.tenon.journal.JournalRecord.Begun;
import dev.tenon.journal.JournalRecord.Closed;
import dev.tenon.journal.JournalRecord.Ended;
import dev.tenon.journal.JournalRecord.Signalled;
import dev.tenon.journal.JournalRecord.Started;
import dev.tenon.journal.JournalRecord.Stopping;
import dev.tenon.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Takes out what lies at some places. Immutable.
 *
 * <p>All patterns are followed at once, down the value: a step has the patterns that still fit, each with what is left of it. O(members × patterns); what no
 * pattern fits any more is not looked into.
 */
final class PatternRedaction implements Redaction {
    private static final Json MARK_TEXT = Json.of(MARK);

    private static final Pattern WRONG_ESCAPE = Pattern.compile("~(?![01])");

    /** Members that say what a record is and where it belongs. */
    private static final Set<String> KEPT =
            Set.of("type", "time", "program", "key", "kind", "digest", "attempt", "name");

    private final List<Rest> patterns;

    /** What is left of a pattern. */
    private record Rest(List<String> steps, int at) {
        boolean done() {
            return at == steps.size();
        }

        /** Adds what is left after one more step, which may be several things. */
        void step(String name, List<Rest> into) {
            if (done()) {
                return;
            }
            String wanted = steps.get(at);
            if (wanted.equals("**")) {
                add(this, into);
                new Rest(steps, at + 1).step(name, into);
            } else if (wanted.equals("*") || unescaped(wanted).equals(name)) {
                add(new Rest(steps, at + 1), into);
            }
        }

        /** Whether nothing but steps that may be none are left. */
        boolean fits() {
            for (int i = at; i < steps.size(); i++) {
                if (!steps.get(i).equals("**")) {
                    return false;
                }
            }
            return true;
        }

        private static void add(Rest rest, List<Rest> into) {
            if (!into.contains(rest)) {
                into.add(rest);
            }
        }
    }

    PatternRedaction(List<String> patterns) {
        List<Rest> all = new ArrayList<>();
        for (String pattern : patterns) {
            all.add(new Rest(steps(pattern), 0));
        }
        this.patterns = List.copyOf(all);
    }

    private static List<String> steps(String pattern) {
        if (!pattern.startsWith("/") || WRONG_ESCAPE.matcher(pattern).find()) {
            throw new IllegalArgumentException(
                    "\"" + pattern + "\" is no place in a record; a JSON Pointer such as /input/password is wanted,"
                            + " in which * stands for one step and ** for any number");
        }
        List<String> steps = List.of(pattern.substring(1).split("/", -1));
        if (KEPT.contains(unescaped(steps.get(0)))) {
            throw new IllegalArgumentException("\"" + pattern + "\": the journal itself needs " + steps.get(0)
                    + "; what can be taken out is in definition, input, outcome, payload, reserved, stop and end");
        }
        return steps;
    }

    private static String unescaped(String step) {
        return step.indexOf('~') < 0 ? step : step.replace("~1", "/").replace("~0", "~");
    }

    @Override
    public JournalRecord redact(String run, JournalRecord record) {
        Objects.requireNonNull(run, "run");
        Objects.requireNonNull(record, "record");
        Map<String, Json> extra = extra(record.extra());
        return switch (record) {
            case Begun r ->
                new Begun(
                        r.time(), r.program(), member("definition", r.definition()), member("input", r.input()), extra);
            case Started r ->
                new Started(
                        r.time(), r.key(), r.kind(), r.digest(), r.attempt(), member("reserved", r.reserved()), extra);
            case Ended r -> new Ended(r.time(), r.key(), member("outcome", r.outcome()), extra);
            case Signalled r -> new Signalled(r.time(), r.name(), member("payload", r.payload()), extra);
            case Stopping r -> new Stopping(r.time(), member("stop", r.stop()), extra);
            case Closed r -> new Closed(r.time(), member("end", r.end()), extra);
        };
    }

    private Map<String, Json> extra(Map<String, Json> extra) {
        Map<String, Json> redacted = new LinkedHashMap<>();
        extra.forEach((name, value) -> redacted.put(name, member(name, value)));
        return redacted;
    }

    private Json member(String name, Json value) {
        return redact(value, after(patterns, name));
    }

    private static List<Rest> after(List<Rest> rests, String name) {
        List<Rest> left = new ArrayList<>();
        for (Rest rest : rests) {
            rest.step(name, left);
        }
        return left;
    }

    private static Json redact(Json value, List<Rest> rests) {
        if (rests.isEmpty()) {
            return value;
        }
        for (Rest rest : rests) {
            if (rest.fits()) {
                return MARK_TEXT;
            }
        }
        return switch (value) {
            case Json.Obj object -> members(object, rests);
            case Json.Arr array -> items(array, rests);
            case Json.Str s -> s;
            case Json.Num n -> n;
            case Json.Bool b -> b;
            case Json.Null n -> n;
        };
    }

    private static Json members(Json.Obj object, List<Rest> rests) {
        List<String> names = new ArrayList<>(object.size());
        List<Json> values = new ArrayList<>(object.size());
        object.forEach((name, value) -> {
            names.add(name);
            values.add(redact(value, after(rests, name)));
        });
        return Json.Obj.of(names, values);
    }

    private static Json items(Json.Arr array, List<Rest> rests) {
        List<Json> items = new ArrayList<>(array.size());
        for (int i = 0; i < array.size(); i++) {
            items.add(redact(array.get(i), after(rests, Integer.toString(i))));
        }
        return Json.Arr.of(items);
    }
}
