package dev.tenon.output;

import dev.tenon.json.Json;
import dev.tenon.json.JsonException;
import dev.tenon.schema.Change;
import dev.tenon.schema.Checkpoint;
import dev.tenon.schema.Coerced;
import dev.tenon.schema.Coercion;
import dev.tenon.schema.JsonSchema;
import dev.tenon.schema.Shape;
import dev.tenon.schema.Violation;
import dev.tenon.schema.Written;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Takes the one document that was meant out of those that were found. With a schema that is the one that fits with the least
 * change; without, the one whose place speaks most for it. Two that are equally good and differ are an error that shows both.
 * Immutable and thread-safe.
 */
final class Chooser {
    private static final int CLIP = 80;

    /** A number of a thousand digits, and white space around it. */
    private static final int LONGEST_SCALAR = 4_000;

    private final JsonSchema schema;
    private final Shape shape;
    private final boolean any;
    private final Coercion coercion;

    Chooser(JsonSchema schema) {
        this.schema = schema;
        this.shape = schema.shape();
        this.any = schema.equals(JsonSchema.ANY) || schema.json() == Json.Bool.TRUE;
        this.coercion = Coercion.to(schema).reading(Chooser::within);
    }

    /** Where values are checked while they are read; null where the schema has nothing to say. */
    @Nullable
    Checkpoint place() {
        return any ? null : schema.checkpoint();
    }

    /** A reading of the text, and how good it is. */
    private record Reading(Json value, List<Fix> fixes, int cost, int rank, int from) {
        boolean wrapped() {
            return Chooser.wrapped(fixes);
        }
    }

    /** The document in a text that stands within another. */
    private static Optional<Written> within(String text) {
        Feed feed = new Feed(text.length());
        feed.append(text);
        feed.last = true;
        Finder finder = new Finder(feed, Checkpoint.ANYTHING, 1);
        finder.advance();
        List<Candidate> best = standingBest(finder.candidates);
        if (best.isEmpty()) {
            return Optional.empty();
        }
        if (best.size() == 1) {
            return Optional.of(best.getFirst().value);
        }
        return sameGroup(best) ? Optional.of(joined(best)) : Optional.empty();
    }

    Parsed<Json> choose(Finder finder, Feed feed) {
        List<Candidate> found = finder.candidates;
        if (found.size() == 1 && !finder.prose() && found.getFirst().fixes.isEmpty()) {
            Candidate only = found.getFirst();
            if (only.value instanceof Written.Settled settled && (any || only.fits)) {
                return new Parsed<>(settled.value(), List.of(), 0);
            }
        }
        Json scalar = found.isEmpty() ? strictly(feed) : null;
        if (scalar != null && (any || shape.accepts(scalar))) {
            return new Parsed<>(scalar, List.of(), 0);
        }
        try {
            return any ? byStanding(finder, feed) : bySchema(finder, feed);
        } catch (JsonException e) {
            throw new OutputException(
                    "output.unreadable",
                    "the text holds no usable JSON: " + e.getMessage(),
                    List.of(new Violation("", "syntax", "$: " + e.getMessage())));
        }
    }

    /** A text of JSON without any bracket or quote; null where it is none. */
    private static @Nullable Json strictly(Feed feed) {
        if (feed.end > LONGEST_SCALAR) {
            return null;
        }
        try {
            return Json.parse(feed.text(0, feed.end));
        } catch (JsonException e) {
            return null;
        }
    }

    // ---- without a schema

    private static Parsed<Json> byStanding(Finder finder, Feed feed) {
        List<Candidate> best = standingBest(finder.candidates);
        boolean weak = !best.isEmpty() && best.getFirst().standing.compareTo(Candidate.Standing.WEAK) >= 0;
        if (best.isEmpty() || weak && !whole(best.getFirst(), feed)) {
            Json scalar = Scalars.alone(feed);
            if (scalar != null) {
                return new Parsed<>(scalar, List.of(new Fix(Fix.Kind.LITERAL, "", "", scalar.toString())), 1);
            }
            throw nothing(finder);
        }
        if (best.size() > 1 && sameGroup(best)) {
            Fixes fixes = new Fixes();
            best.forEach(candidate -> fixes.addAll(candidate.fixes));
            fixes.add(new Fix(Fix.Kind.JOINED, "", "", ""));
            return parsed(joined(best).plain(), fixes, finder, best.size() < finder.candidates.size());
        }
        Candidate first = best.getFirst();
        Json value = first.value.plain();
        for (Candidate other : best) {
            if (!other.value.plain().equals(value)) {
                throw tie(value, other.value.plain());
            }
        }
        return parsed(value, first.fixes, finder, finder.candidates.size() > 1);
    }

    private static Parsed<Json> parsed(Json value, Fixes fixes, Finder finder, boolean others) {
        List<Fix> list = new ArrayList<>(fixes.list());
        if (finder.prose() || others) {
            list.addFirst(new Fix(Fix.Kind.SURROUNDINGS, "", "", ""));
        }
        return new Parsed<>(value, list, fixes.cost());
    }

    private static boolean whole(Candidate candidate, Feed feed) {
        for (int i = 0; i < candidate.start; i++) {
            if (!Signs.space(feed.chars[i])) {
                return false;
            }
        }
        for (int i = candidate.end; i < feed.end; i++) {
            if (!Signs.space(feed.chars[i])) {
                return false;
            }
        }
        return true;
    }

    /** Those whose place speaks most for them. */
    private static List<Candidate> standingBest(List<Candidate> found) {
        List<Candidate> best = new ArrayList<>();
        for (Candidate candidate : found) {
            int compared = best.isEmpty() ? 0 : candidate.standing.compareTo(best.getFirst().standing);
            if (compared < 0) {
                best.clear();
            }
            if (compared <= 0) {
                best.add(candidate);
            }
        }
        return best;
    }

    private static boolean sameGroup(List<Candidate> candidates) {
        int group = candidates.getFirst().group;
        return candidates.stream().allMatch(candidate -> candidate.group == group);
    }

    private static Written joined(List<Candidate> candidates) {
        List<Written> items = new ArrayList<>(candidates.size());
        boolean cut = false;
        for (Candidate candidate : candidates) {
            items.add(candidate.value);
            cut = candidate.cut;
        }
        return new Written.Items(items, cut);
    }

    // ---- with a schema

    private Parsed<Json> bySchema(Finder finder, Feed feed) {
        List<Reading> readings = new ArrayList<>();
        List<Violation> nearest = List.of();
        for (Candidate candidate : finder.candidates) {
            if (remark(candidate, feed)) {
                continue;
            }
            Coerced coerced = candidate.fits
                    ? new Coerced(Optional.of(candidate.value.plain()), List.of(), 0, List.of())
                    : coercion.apply(candidate.value);
            if (coerced.value().isEmpty() && candidate.fixes.bracketMissing()) {
                Written regrouped = Regrouping.outwards(candidate.value, shape);
                Coerced again = regrouped == null ? coerced : coercion.apply(regrouped);
                coerced = again.value().isPresent() ? again : coerced;
            }
            if (coerced.value().isPresent()) {
                readings.add(reading(coerced, candidate.fixes, rank(candidate.standing), candidate.start));
            } else if (nearest.isEmpty() || nearer(coerced.violations(), nearest, candidate)) {
                nearest = coerced.violations();
            }
        }
        joinedReadings(finder.candidates, readings);
        if (readings.isEmpty()) {
            boolean documents = finder.candidates.stream()
                    .anyMatch(candidate -> candidate.standing.compareTo(Candidate.Standing.WEAK) < 0);
            Scalars.Found scalar = Scalars.find(feed, shape, coercion, documents);
            if (scalar.coerced() != null) {
                readings.add(reading(scalar.coerced(), scalar.fixes(), 0, 0));
            } else if (nearest.isEmpty()) {
                nearest = scalar.violations();
            }
        }
        Reading best = best(readings);
        if (best == null) {
            throw nearest.isEmpty() ? nothing(finder) : misfit(nearest);
        }
        boolean surrounded = finder.prose() || finder.candidates.size() > 1;
        List<Fix> fixes = best.fixes;
        if (surrounded) {
            fixes = new ArrayList<>(best.fixes);
            fixes.addFirst(new Fix(Fix.Kind.SURROUNDINGS, "", "", ""));
        }
        return new Parsed<>(best.value, fixes, best.cost);
    }

    /** Whether brackets hold words of a sentence, such as {@code There were [none] found}. */
    private static boolean remark(Candidate candidate, Feed feed) {
        if (candidate.standing != Candidate.Standing.WEAK) {
            return false;
        }
        boolean before = false;
        for (int i = candidate.start - 1;
                i >= 0 && feed.chars[i] != '\n' && i > candidate.start - 200 && !before;
                i--) {
            before = Character.isLetterOrDigit(feed.chars[i]);
        }
        boolean after = false;
        for (int i = candidate.end; i < feed.end && feed.chars[i] != '\n' && i < candidate.end + 200 && !after; i++) {
            after = Character.isLetterOrDigit(feed.chars[i]);
        }
        return before && after;
    }

    /** Of several that do not fit, the one to complain about: a marked one, else that with the fewest complaints. */
    private static boolean nearer(List<Violation> violations, List<Violation> than, Candidate candidate) {
        return candidate.standing.compareTo(Candidate.Standing.WEAK) < 0 && violations.size() <= than.size();
    }

    /** Documents side by side as the items of the array that is wanted. */
    private void joinedReadings(List<Candidate> candidates, List<Reading> into) {
        boolean array = shape.kinds().contains(Shape.Kind.ARRAY);
        boolean holder = shape.kinds().contains(Shape.Kind.OBJECT)
                && shape.properties().values().stream()
                        .anyMatch(member -> member.kinds().contains(Shape.Kind.ARRAY));
        if (!array && !holder) {
            return;
        }
        int from = 0;
        while (from < candidates.size()) {
            int to = from + 1;
            while (to < candidates.size() && candidates.get(to).group == candidates.get(from).group) {
                to++;
            }
            List<Candidate> group = unremarked(candidates.subList(from, to));
            if (group.size() > 1) {
                Coerced coerced = coercion.apply(joined(group));
                if (coerced.value().isPresent() && (array || wrapped(fixes(coerced)))) {
                    // Then none of them is the whole array.
                    into.removeIf(reading -> reading.wrapped()
                            && reading.from >= group.getFirst().start
                            && reading.from <= group.getLast().start);
                    Fixes fixes = new Fixes();
                    group.forEach(candidate -> fixes.addAll(candidate.fixes));
                    fixes.add(new Fix(Fix.Kind.JOINED, "", "", ""));
                    into.add(reading(coerced, fixes, rank(group.getFirst().standing), group.getFirst().start));
                }
            }
            from = to;
        }
    }

    /** Without what is no more than a remark in brackets, such as {@code [DONE]}; all where there is nothing else. */
    private static List<Candidate> unremarked(List<Candidate> group) {
        List<Candidate> documents = group.stream()
                .filter(candidate -> candidate.standing.compareTo(Candidate.Standing.WEAK) < 0)
                .toList();
        return documents.isEmpty() ? group : documents;
    }

    /** Whether the document became the one item or member of what was wanted. */
    private static boolean wrapped(List<Fix> fixes) {
        return fixes.stream()
                .anyMatch(fix -> fix.place().isEmpty()
                        && (fix.kind() == Fix.Kind.ARRAY_WRAPPED || fix.kind() == Fix.Kind.OBJECT_WRAPPED));
    }

    /** The changes as fixes. */
    static List<Fix> fixes(Coerced coerced) {
        Fixes fixes = new Fixes();
        for (Change change : coerced.changes()) {
            fixes.add(
                    new Fix(Fix.Kind.valueOf(change.kind().name()), change.pointer(), change.before(), change.after()));
        }
        return fixes.list();
    }

    private static Reading reading(Coerced coerced, Fixes syntax, int rank, int from) {
        Fixes fixes = new Fixes();
        fixes.addAll(syntax);
        for (Change change : coerced.changes()) {
            fixes.add(
                    new Fix(Fix.Kind.valueOf(change.kind().name()), change.pointer(), change.before(), change.after()));
        }
        return new Reading(coerced.value().orElseThrow(), fixes.list(), fixes.cost(), rank, from);
    }

    /** What the place of a document adds to its cost when it is compared with others. */
    private static int rank(Candidate.Standing standing) {
        return switch (standing) {
            case MARKED -> 0;
            case SET_APART -> 1;
            case PLAIN -> 2;
            case WEAK -> 20;
            case ASIDE -> 40;
        };
    }

    private static @Nullable Reading best(List<Reading> readings) {
        Reading best = null;
        Reading rival = null;
        for (Reading reading : readings) {
            int price = reading.cost + reading.rank;
            int least = best == null ? Integer.MAX_VALUE : best.cost + best.rank;
            if (price < least) {
                best = reading;
                rival = null;
            } else if (best != null && price == least && !reading.value.equals(best.value)) {
                rival = reading;
            }
        }
        if (best != null && rival != null) {
            throw tie(best.value, rival.value);
        }
        return best;
    }

    // ---- errors

    private static OutputException tie(Json one, Json other) {
        String said = "two documents are equally likely: " + clip(one) + " and " + clip(other) + "; give one only";
        return new OutputException("output.ambiguous", said, List.of(new Violation("", "ambiguous", "$: " + said)));
    }

    private static OutputException nothing(Finder finder) {
        String said = finder.failure != null
                ? "the document could not be read: it is " + finder.failure
                : finder.thoughtOnly()
                        ? "the text ends within a thought; there is no answer after it"
                        : "the text holds no JSON document; give the JSON and nothing else";
        return new OutputException("output.unreadable", said, List.of(new Violation("", "syntax", "$: " + said)));
    }

    static OutputException misfit(List<Violation> violations) {
        StringBuilder said = new StringBuilder("the value does not fit the schema: ");
        int shown = Math.min(3, violations.size());
        for (int i = 0; i < shown; i++) {
            said.append(i == 0 ? "" : "; ").append(violations.get(i).message());
        }
        if (violations.size() > shown) {
            said.append("; and ").append(violations.size() - shown).append(" more");
        }
        boolean tied = violations.stream().anyMatch(v -> v.keyword().equals("ambiguous"));
        return new OutputException(tied ? "output.ambiguous" : "output.invalid", said.toString(), violations);
    }

    private static String clip(Json value) {
        String text = value.toString();
        return text.length() <= CLIP ? text : text.substring(0, CLIP) + "…";
    }

    JsonSchema schema() {
        return schema;
    }

    Coercion coercion() {
        return coercion;
    }
}
