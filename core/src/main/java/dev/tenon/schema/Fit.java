package dev.tenon.schema;

import dev.tenon.json.Json;
import dev.tenon.schema.Shape.Kind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One coercion under way: walks the value and the schema side by side. Each method answers the value that fits, or null after
 * noting why there is none. What a trial noted is taken back when another way was better. Not thread-safe.
 *
 * <p>Recursion is bounded by {@link Json#MAX_DEPTH}, work by {@link #MAX_STEPS}: a schema whose choices contain choices could
 * otherwise ask for every combination.
 */
final class Fit {
    /** About a second. A document of 10 MB needs half of it. */
    private static final int MAX_STEPS = 4_000_000;

    /** Deeper values fit as they are, or not at all: what nests like that is no slip of a model. */
    private static final int MAX_DEPTH = 100;

    /** Choices that are tried although a nearer one would do, within one another. */
    private static final int MAX_ALTERNATIVES = 2;

    /** The hundredth says as much as the thousandth. */
    private static final int MAX_VIOLATIONS = 100;

    /** JSON within text within JSON. */
    private static final int MAX_UNPACKED = 4;

    /** Wrapper objects around wrapper objects. */
    private static final int MAX_UNWRAPPED = 3;

    /** Enough to recognise a value by. */
    private static final int CLIP = 60;

    /** Names of wrappers that say nothing which the schema does not. */
    private static final Set<String> EMPTY_NAMES = Set.of(
            "value",
            "values",
            "result",
            "results",
            "data",
            "answer",
            "output",
            "response",
            "content",
            "text",
            "item",
            "items",
            "json",
            "object",
            "payload",
            "return",
            "returnvalue",
            "parsed",
            "final",
            "finalanswer");

    /** A call as the wires of providers have it. */
    private static final Set<String> CALL_ARGUMENTS =
            Set.of("arguments", "parameters", "args", "input", "params", "toolinput");

    private static final Set<String> CALL_NAMES = Set.of(
            "name", "function", "tool", "toolname", "type", "id", "functionname", "action", "callid", "toolcallid");

    private final Function<String, Optional<Written>> reader;
    private final List<Change> changes = new ArrayList<>();
    private final List<Violation> violations = new ArrayList<>();
    private final List<Object> path = new ArrayList<>();
    private int cost;
    private int steps;
    private int unpacked;
    private int unwrapped;
    private int alternatives;

    /** Values that did not fit, by identity, so that choices within choices do not try them again and again. */
    private final Set<Tried> failed = new HashSet<>();

    Fit(Function<String, Optional<Written>> reader) {
        this.reader = reader;
    }

    Coerced root(Written value, Shape shape) {
        if (value instanceof Written.Settled settled && shape.accepts(settled.value())) {
            return new Coerced(Optional.of(settled.value()), List.of(), 0, List.of());
        }
        Json fitted = fit(value, shape, "", true);
        if (fitted != null) {
            List<Violation> left = shape.validate(fitted);
            if (left.isEmpty()) {
                return new Coerced(Optional.of(fitted), changes, cost, List.of());
            }
            violations.addAll(left);
        }
        if (violations.isEmpty()) {
            violations.add(new Violation("", "type", "$: the value does not fit the schema"));
        }
        return new Coerced(
                Optional.empty(),
                List.of(),
                cost,
                new LinkedHashSet<>(violations).stream().limit(MAX_VIOLATIONS).toList());
    }

    /**
     * @param name the name of the member whose value this is, of the array it is an item of, or empty
     * @param wraps whether a wrapper may be put on or taken off here; not twice at one place
     */
    private @Nullable Json fit(Written value, Shape shape, String name, boolean wraps) {
        if (++steps > MAX_STEPS) {
            if (steps == MAX_STEPS + 1) {
                violation(
                        "ambiguous", "the value and the schema could be matched in too many ways; simplify the schema");
            }
            return null;
        }
        if (shape.never()) {
            return refuse(value, shape);
        }
        if (path.size() > MAX_DEPTH) {
            Json plain = value.plain();
            return shape.accepts(plain) ? plain : refuse(value, shape);
        }
        if (!shape.branches().isEmpty()) {
            return union(value, shape, name, wraps);
        }
        return switch (value) {
            case Written.Settled settled ->
                switch (settled.value()) {
                    case Json.Obj object -> object(value, members(object), false, shape, name, wraps);
                    case Json.Arr array -> array(value, items(array), false, shape, name, wraps);
                    default -> scalar(value, settled.value(), shape, name, wraps);
                };
            case Written.Text text -> text(text, shape, name, wraps);
            case Written.Items items -> array(value, items.items(), items.cut(), shape, name, wraps);
            case Written.Members members -> object(value, members.members(), members.cut(), shape, name, wraps);
        };
    }

    private static List<Written.Member> members(Json.Obj object) {
        List<Written.Member> members = new ArrayList<>(object.size());
        object.forEach((name, value) -> members.add(new Written.Member(name, new Written.Settled(value))));
        return members;
    }

    private static List<Written> items(Json.Arr array) {
        List<Written> items = new ArrayList<>(array.size());
        for (Json item : array) {
            items.add(new Written.Settled(item));
        }
        return items;
    }

    // ---- scalars

    private @Nullable Json text(Written.Text text, Shape shape, String name, boolean wraps) {
        Json plain = text.plain();
        if (!text.bare() || plain instanceof Json.Str || plain.isNull()) {
            return scalar(text, plain, shape, name, wraps);
        }
        if (shape.accepts(plain)) {
            return plain;
        }
        // A number or a literal where a text is wanted: its characters, as they were written.
        Json asWritten = new Json.Str(text.text());
        if (shape.kinds().contains(Kind.STRING) && shape.accepts(asWritten)) {
            change(Change.Kind.TEXT, plain, asWritten);
            return asWritten;
        }
        return scalar(text, shape.kinds().contains(Kind.STRING) ? asWritten : plain, shape, name, wraps);
    }

    private @Nullable Json scalar(Written written, Json value, Shape shape, String name, boolean wraps) {
        if (shape.accepts(value) && !written.cut()) {
            return value;
        }
        Mark mark = mark();
        Best best = new Best(mark);
        Choice choice = Choice.of(shape);
        if (written.cut() && value instanceof Json.Str text && choice.continues(text.value())) {
            violation("ambiguous", "the text was cut off, and more than one choice begins with " + clip(value));
            return null;
        }
        if (shape.accepts(value)) {
            return value;
        }
        if (!choice.isEmpty() && !value.isNull()) {
            for (Json constant : choice.meant(value instanceof Json.Str text ? text.value() : value.toString())) {
                best.offer(constant, Change.Kind.CHOICE, value, shape);
            }
        }
        Set<Kind> kinds = shape.kinds();
        List<Violation> nearest = List.of();
        if (kinds.contains(Kind.INTEGER)) {
            nearest = number(value, shape, name, best);
        }
        if (kinds.contains(Kind.BOOLEAN)) {
            bool(value, shape, best);
        }
        if (kinds.contains(Kind.STRING) && (value instanceof Json.Num || value instanceof Json.Bool)) {
            Json text = new Json.Str(value.toString());
            best.offer(text, Change.Kind.TEXT, value, shape);
            nearest = nearest.isEmpty() ? shape.validate(text) : nearest;
        }
        if (kinds.contains(Kind.NULL) && value instanceof Json.Str text && nullWord(text.value())) {
            best.offer(Json.NULL, Change.Kind.NULL, value, shape);
        }
        if (best.ambiguous()) {
            return ambiguous(best);
        }
        if (best.value != null) {
            return best.take();
        }
        back(mark);
        if (kinds.contains(Kind.OBJECT) || kinds.contains(Kind.ARRAY)) {
            Json wrapped = contained(written, value, shape, name, wraps);
            if (wrapped != null || violations.size() > mark.violations) {
                return wrapped;
            }
        }
        report(nearest.isEmpty() ? shape.validate(value) : nearest);
        return null;
    }

    /** The number that a value is; if there is one that does not fit, why. */
    private List<Violation> number(Json value, Shape shape, String name, Best best) {
        if (!(value instanceof Json.Str text)) {
            return List.of();
        }
        Quantity.Found found = Quantity.read(text.value(), name);
        if (found == null) {
            return List.of();
        }
        Json number = new Json.Num(found.number());
        best.offer(number, found.stripped() ? Change.Kind.UNIT : Change.Kind.NUMBER, value, shape);
        return shape.validate(number);
    }

    private void bool(Json value, Shape shape, Best best) {
        Json.Bool meant = switch (value) {
            case Json.Str text ->
                switch (Spelling.bare(text.value()).toLowerCase(Locale.ROOT)) {
                    case "true", "yes", "y", "on", "t", "1" -> Json.Bool.TRUE;
                    case "false", "no", "n", "off", "f", "0" -> Json.Bool.FALSE;
                    default -> null;
                };
            case Json.Num number -> number.equals(ONE) ? Json.Bool.TRUE : number.equals(ZERO) ? Json.Bool.FALSE : null;
            default -> null;
        };
        if (meant != null) {
            best.offer(meant, Change.Kind.BOOLEAN, value, shape);
        }
    }

    private static final Json.Num ONE = new Json.Num(1);
    private static final Json.Num ZERO = new Json.Num(0);

    private static boolean nullWord(String text) {
        return switch (text.strip().toLowerCase(Locale.ROOT)) {
            case "null", "none", "nil" -> true;
            default -> false;
        };
    }

    /** A scalar where an array or an object is wanted: JSON within a text, or the one item or member of it. */
    private @Nullable Json contained(Written written, Json value, Shape shape, String name, boolean wraps) {
        if (value.isNull()) {
            return null;
        }
        if (value instanceof Json.Str text && holdsJson(text.value()) && unpacked < MAX_UNPACKED) {
            Optional<Written> inner = reader.apply(text.value());
            if (inner.isPresent()) {
                unpacked++;
                Mark mark = mark();
                change(Change.Kind.UNPACKED, value, null);
                Json fitted = fit(inner.get(), shape, name, wraps);
                unpacked--;
                if (fitted == null) {
                    backExceptViolations(mark);
                }
                return fitted;
            }
        }
        return wraps ? wrapped(written, value, shape, name) : null;
    }

    private static boolean holdsJson(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c > ' ' && c != '\ufeff') {
                return c == '{' || c == '[' || c == '"' || c == '`' || c == '(';
            }
        }
        return false;
    }

    private @Nullable Json wrapped(Written written, Json value, Shape shape, String name) {
        Set<Kind> kinds = shape.kinds();
        if (kinds.contains(Kind.ARRAY) && !(value instanceof Json.Arr)) {
            // <tags/> is no tags, rather than one without a letter.
            boolean none = written instanceof Written.Text text
                    && text.bare()
                    && text.text().isEmpty();
            if (none && shape.validate(Json.Arr.EMPTY).isEmpty()) {
                change(Change.Kind.ARRAY_WRAPPED, value, null);
                return Json.Arr.EMPTY;
            }
            Shape item = shape.item(0);
            if (item.never()) {
                return null;
            }
            Mark mark = mark();
            change(Change.Kind.ARRAY_WRAPPED, value, null);
            path.add(0);
            Json fitted = fit(written, item, name, false);
            path.removeLast();
            if (fitted == null) {
                backExceptViolations(mark);
                return null;
            }
            return checked(Json.Arr.of(List.of(fitted)), shape, mark);
        }
        String only = onlyMember(shape);
        boolean nothing = value instanceof Json.Obj object && object.isEmpty();
        if (!kinds.contains(Kind.OBJECT) || only == null || nothing || named(value, only)) {
            return null;
        }
        Mark mark = mark();
        change(Change.Kind.OBJECT_WRAPPED, value, null);
        path.add(only);
        Shape place = shape.member(only);
        Json fitted = fit(written, place, only, false);
        if (fitted == null && !(value instanceof Json.Arr)) {
            // {"id": 1} for {"rows": [{"id": 1}]}
            fitted = wrapped(written, value, place, only);
        }
        path.removeLast();
        if (fitted == null) {
            // Whoever gave no object at all hears that one was wanted.
            back(mark);
            return null;
        }
        return checked(Json.object(only, fitted), shape, mark);
    }

    /** Whether a value has the member itself, so that it is not what belongs there. */
    private static boolean named(Json value, String only) {
        String key = Spelling.key(only);
        return value instanceof Json.Obj object
                && object.members().keySet().stream()
                        .anyMatch(name -> Spelling.key(name).equals(key));
    }

    /** The member that a value without its object can only be; null where there is none. */
    private @Nullable String onlyMember(Shape shape) {
        Map<String, Shape> properties = shape.properties();
        Set<String> required = shape.required();
        if (required.size() == 1 && (path.isEmpty() || properties.size() <= 1)) {
            return required.iterator().next();
        }
        return required.isEmpty() && properties.size() == 1
                ? properties.keySet().iterator().next()
                : null;
    }

    private @Nullable Json checked(Json value, Shape shape, Mark mark) {
        List<Violation> wrong = shape.validate(value);
        if (wrong.isEmpty()) {
            return value;
        }
        back(mark);
        report(wrong);
        return null;
    }

    // ---- arrays

    private @Nullable Json array(
            Written written, List<Written> items, boolean cut, Shape shape, String name, boolean wraps) {
        if (!shape.kinds().contains(Kind.ARRAY)) {
            return notAnArray(written, items, shape, name, wraps);
        }
        Mark mark = mark();
        Json fitted = eachItem(written, items, cut, shape, name);
        int asItems = cost - mark.cost;
        boolean rewrapped = asItems >= Change.Kind.ARRAY_WRAPPED.cost() || fitted == null;
        if (!rewrapped || !wraps || items.isEmpty() || !shape.item(0).kinds().contains(Kind.ARRAY)) {
            return fitted;
        }
        // [1, 2] where an array of arrays is wanted: one row of two, not two rows of one.
        Kept kept = keep(mark);
        change(Change.Kind.ARRAY_WRAPPED, written.plain(), null);
        path.add(0);
        Json row = fit(written, shape.item(0), name, false);
        path.removeLast();
        if (row == null || fitted != null && cost - mark.cost > asItems) {
            restore(mark, kept);
            return fitted;
        }
        return checked(Json.Arr.of(List.of(row)), shape, mark);
    }

    private @Nullable Json eachItem(Written written, List<Written> items, boolean cut, Shape shape, String name) {
        List<Json> fitted = new ArrayList<>(items.size());
        boolean same = written instanceof Written.Settled;
        boolean fits = true;
        for (int i = 0; i < items.size(); i++) {
            Written item = items.get(i);
            Mark mark = mark();
            path.add(i);
            Json value = fit(item, shape.item(i), name, true);
            path.removeLast();
            if (value == null && item.cut() && cut && i == items.size() - 1) {
                back(mark);
                change(Change.Kind.CUT_DROPPED, item.plain(), null);
                same = false;
                continue;
            }
            if (value == null) {
                fits = false;
                if (violations.size() >= MAX_VIOLATIONS) {
                    break;
                }
                continue;
            }
            same &= unchanged(item, value);
            fitted.add(value);
        }
        if (!fits) {
            return null;
        }
        return same ? ((Written.Settled) written).value() : Json.Arr.of(fitted);
    }

    private @Nullable Json notAnArray(Written written, List<Written> items, Shape shape, String name, boolean wraps) {
        Mark mark = mark();
        if (wraps && items.size() == 1 && !isNull(items.getFirst())) {
            change(Change.Kind.ARRAY_UNWRAPPED, written.plain(), null);
            // [{"name": "f", "arguments": {…}}]: the item may have a wrapper of its own.
            unwrapped++;
            Json fitted = fit(items.getFirst(), shape, name, false);
            unwrapped--;
            if (fitted != null) {
                return fitted;
            }
            back(mark);
        }
        if (wraps) {
            Json fitted = wrapped(written, written.plain(), shape, name);
            if (fitted != null) {
                return fitted;
            }
            back(mark);
        }
        return refuse(written, shape);
    }

    // ---- objects

    private @Nullable Json object(
            Written written, List<Written.Member> members, boolean cut, Shape shape, String name, boolean wraps) {
        Mark mark = mark();
        Json asIs = null;
        Kept kept = null;
        if (shape.kinds().contains(Kind.OBJECT)) {
            asIs = eachMember(written, members, cut, shape);
            if (asIs != null && !droppedContainer(mark)) {
                return asIs;
            }
            kept = keep(mark);
        }
        if (wraps || unwrapped > 0) {
            Json inner = unwrapped(written, members, shape, name, mark, asIs == null);
            if (inner != null && (asIs == null || kept == null || cost < kept.cost)) {
                return inner;
            }
            back(mark);
        }
        if (kept != null && asIs != null) {
            restore(mark, kept);
            return asIs;
        }
        if (wraps) {
            Json fitted = wrapped(written, written.plain(), shape, name);
            if (fitted != null) {
                return fitted;
            }
            if (kept == null && violations.size() > mark.violations) {
                return null;
            }
            back(mark);
        }
        if (kept != null) {
            restore(mark, kept);
            return null;
        }
        return refuse(written, shape);
    }

    private boolean droppedContainer(Mark mark) {
        for (int i = mark.changes; i < changes.size(); i++) {
            Change change = changes.get(i);
            if (change.kind() == Change.Kind.DROPPED
                    && (change.before().startsWith("{") || change.before().startsWith("["))) {
                return true;
            }
        }
        return false;
    }

    /** The value within a wrapper: the only member, or the arguments of a call. */
    private @Nullable Json unwrapped(
            Written written, List<Written.Member> members, Shape shape, String name, Mark mark, boolean misfit) {
        if (unwrapped >= MAX_UNWRAPPED) {
            return null;
        }
        Written.Member inner = members.size() == 1 ? members.getFirst() : callArguments(members, shape, misfit);
        if (inner == null || isNull(inner.value()) || shape.properties().containsKey(inner.name())) {
            return null;
        }
        if (!container(inner.value()) && !path.isEmpty() && !says(inner.name(), name)) {
            return null;
        }
        change(Change.Kind.OBJECT_UNWRAPPED, written.plain(), null);
        unwrapped++;
        Json fitted = fit(inner.value(), shape, inner.name(), false);
        unwrapped--;
        if (fitted == null) {
            back(mark);
        }
        return fitted;
    }

    private static boolean container(Written value) {
        return switch (value) {
            case Written.Settled settled -> settled.value() instanceof Json.Obj || settled.value() instanceof Json.Arr;
            case Written.Text text -> false;
            case Written.Items items -> true;
            case Written.Members members -> true;
        };
    }

    /** Whether a wrapper's name says nothing that is not known from the place. */
    private static boolean says(String wrapper, String name) {
        String key = Spelling.key(wrapper);
        return EMPTY_NAMES.contains(key) || key.equals(Spelling.key(name));
    }

    /** @param misfit whether the call itself is not what was wanted, though it may have members of that name */
    private static Written.@Nullable Member callArguments(List<Written.Member> members, Shape shape, boolean misfit) {
        Written.Member found = null;
        for (Written.Member member : members) {
            String key = Spelling.key(member.name());
            if (CALL_ARGUMENTS.contains(key)) {
                if (found != null) {
                    return null;
                }
                found = member;
            } else if (!CALL_NAMES.contains(key)
                    || !misfit && shape.properties().containsKey(member.name())) {
                return null;
            }
        }
        return members.size() > 1 ? found : null;
    }

    private @Nullable Json eachMember(Written written, List<Written.Member> members, boolean cut, Shape shape) {
        MemberNames names = new MemberNames(members, shape);
        Map<String, Json> fitted = LinkedHashMap.newLinkedHashMap(members.size());
        boolean same = written instanceof Written.Settled;
        boolean fits = true;
        for (int i = 0; i < members.size(); i++) {
            Written.Member member = members.get(i);
            String name = names.of(i);
            if (name == null) {
                continue;
            }
            if (names.clash(i)) {
                path.add(name);
                violation("ambiguous", "several members could be this one: " + names.sharing(name));
                path.removeLast();
                fits = false;
                continue;
            }
            Shape place = shape.member(name);
            path.add(name);
            if (!name.equals(member.name())) {
                change(Change.Kind.NAME, new Json.Str(member.name()), new Json.Str(name));
                same = false;
            }
            Json value = null;
            boolean left = false;
            if (place.never()) {
                change(Change.Kind.DROPPED, member.value().plain(), null);
                cost += container(member.value()) ? 4 : 0;
                left = true;
            } else {
                value = member(member.value(), place, name, shape.required().contains(name), cut);
                left = leftOut(value);
            }
            path.removeLast();
            if (left) {
                same = false;
            } else if (value == null) {
                fits = false;
                if (violations.size() >= MAX_VIOLATIONS) {
                    return null;
                }
            } else {
                same &= unchanged(member.value(), value);
                fitted.put(name, value);
            }
        }
        for (String required : shape.required()) {
            if (!fitted.containsKey(required) && (fits || !names.has(required))) {
                same = false;
                fits &= missing(required, shape, fitted);
            }
        }
        if (!fits) {
            return null;
        }
        return same && fitted.size() == members.size() ? ((Written.Settled) written).value() : Json.Obj.of(fitted);
    }

    /** Stands for a member that is not to be there. No value that is read can be this one. */
    private static final Json LEFT_OUT = new Json.Str("left out");

    @SuppressWarnings("ReferenceEquality")
    private static boolean leftOut(@Nullable Json value) {
        return value == LEFT_OUT;
    }

    /** Whether nothing was made anew; equality would look at the whole value for it. */
    @SuppressWarnings("ReferenceEquality")
    private static boolean unchanged(Written written, Json value) {
        return written instanceof Written.Settled settled && settled.value() == value;
    }

    private @Nullable Json member(Written value, Shape place, String name, boolean required, boolean cut) {
        Mark mark = mark();
        boolean isNull = isNull(value);
        if (isNull && !place.kinds().contains(Kind.NULL)) {
            if (!required) {
                change(Change.Kind.NULL_LEFT_OUT, Json.NULL, null);
                return LEFT_OUT;
            }
            Optional<Json> fallback = place.fallback();
            if (fallback.isPresent()) {
                change(Change.Kind.DEFAULTED, Json.NULL, fallback.get());
                return fallback.get();
            }
        }
        Json fitted = fit(value, place, name, true);
        if (fitted != null || required) {
            return fitted;
        }
        boolean none = value.plain() instanceof Json.Str text && nullWord(text.value());
        if (none || cut && value.cut()) {
            back(mark);
            change(none ? Change.Kind.NULL_LEFT_OUT : Change.Kind.CUT_DROPPED, value.plain(), null);
            return LEFT_OUT;
        }
        return null;
    }

    /** Puts the default of a missing member; whether there is one. */
    private boolean missing(String name, Shape shape, Map<String, Json> into) {
        Optional<Json> fallback = shape.member(name).fallback();
        if (fallback.isPresent()) {
            into.put(name, fallback.get());
            path.add(name);
            change(Change.Kind.DEFAULTED, null, fallback.get());
            path.removeLast();
            return true;
        }
        violations.add(new Violation(
                pointer(), "required", dotted() + ": member " + new Json.Str(name) + " is missing", name));
        return false;
    }

    private static boolean isNull(Written value) {
        return switch (value) {
            case Written.Settled settled -> settled.value().isNull();
            case Written.Text text -> text.bare() && text.plain().isNull();
            case Written.Items items -> false;
            case Written.Members members -> false;
        };
    }

    // ---- choices between shapes

    private @Nullable Json union(Written written, Shape shape, String name, boolean wraps) {
        Json plain = written.plain();
        if (!written.cut() && !container(written) && shape.accepts(plain)) {
            return plain;
        }
        if (plain instanceof Json.Str || plain instanceof Json.Num || plain instanceof Json.Bool) {
            Choice choice = Choice.of(shape);
            Set<Json> meant = choice.isEmpty()
                    ? Set.of()
                    : choice.meant(plain instanceof Json.Str text ? text.value() : plain.toString());
            Best best = new Best(mark());
            for (Json constant : meant) {
                best.offer(constant, Change.Kind.CHOICE, plain, shape);
            }
            if (best.ambiguous()) {
                return ambiguous(best);
            }
            if (best.value != null) {
                return best.take();
            }
        }
        List<Shape> branches = tagged(shape.branches(), plain);
        Mark mark = mark();
        Best best = new Best(mark);
        List<Violation> nearest = List.of();
        for (Shape branch : ofKindFirst(branches, plain)) {
            back(mark);
            boolean other = best.value != null && !ofKind(branch, plain);
            if (other
                    && (best.kept.cost - mark.cost < Change.Kind.ARRAY_WRAPPED.cost()
                            || alternatives >= MAX_ALTERNATIVES)) {
                continue;
            }
            Tried tried = new Tried(written, branch, wraps);
            if (failed.contains(tried)) {
                continue;
            }
            alternatives += other ? 1 : 0;
            Json fitted = fit(written, branch, name, wraps);
            alternatives -= other ? 1 : 0;
            if (fitted == null) {
                failed.add(tried);
            }
            if (fitted != null) {
                best.offer(fitted);
            } else if (nearest.isEmpty() || violations.size() - mark.violations < nearest.size()) {
                nearest = List.copyOf(violations.subList(mark.violations, violations.size()));
            }
        }
        back(mark);
        if (best.ambiguous()) {
            return ambiguous(best);
        }
        if (best.value != null) {
            return best.take();
        }
        if (branches.size() == 1) {
            violations.addAll(nearest);
        }
        report(shape.validate(plain));
        if (violations.size() == mark.violations) {
            violations.addAll(nearest);
        }
        return null;
    }

    /** A value that was tried at a place. Equal by identity. */
    private record Tried(Written value, Shape shape, boolean wraps) {
        @Override
        @SuppressWarnings("ReferenceEquality")
        public boolean equals(Object other) {
            return other instanceof Tried tried
                    && identity(value) == identity(tried.value)
                    && tried.shape == shape
                    && tried.wraps == wraps;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(identity(value)) * 31 + System.identityHashCode(shape);
        }

        private static Object identity(Written value) {
            return value instanceof Written.Settled settled ? settled.value() : value;
        }
    }

    /** Those that take a value of this kind as it is, then the others. */
    private static List<Shape> ofKindFirst(List<Shape> branches, Json value) {
        List<Shape> sorted = new ArrayList<>(branches.size());
        for (Shape branch : branches) {
            if (ofKind(branch, value)) {
                sorted.add(branch);
            }
        }
        for (Shape branch : branches) {
            if (!ofKind(branch, value)) {
                sorted.add(branch);
            }
        }
        return sorted;
    }

    private static boolean ofKind(Shape shape, Json value) {
        Set<Kind> kinds = shape.kinds();
        return switch (value) {
            case Json.Obj object -> kinds.contains(Kind.OBJECT);
            case Json.Arr array -> kinds.contains(Kind.ARRAY);
            case Json.Str text -> kinds.contains(Kind.STRING);
            case Json.Num number -> kinds.contains(Kind.INTEGER);
            case Json.Bool bool -> kinds.contains(Kind.BOOLEAN);
            case Json.Null none -> kinds.contains(Kind.NULL);
        };
    }

    /** The branches that a tag points at: a member that is a constant in them and says so; all where none does. */
    private static List<Shape> tagged(List<Shape> branches, Json value) {
        if (!(value instanceof Json.Obj object)) {
            return branches;
        }
        List<Shape> found = new ArrayList<>();
        for (Shape branch : branches) {
            boolean named = false;
            boolean contradicted = false;
            for (Map.Entry<String, Shape> property : branch.properties().entrySet()) {
                List<Json> constants = property.getValue().constants();
                Json given = constants.size() == 1 ? object.members().get(property.getKey()) : null;
                if (given != null) {
                    boolean same = given.equals(constants.getFirst())
                            || given instanceof Json.Str text
                                    && !Choice.of(property.getValue())
                                            .spelled(text.value())
                                            .isEmpty();
                    named |= same;
                    contradicted |= !same;
                }
            }
            if (named && !contradicted) {
                found.add(branch);
            }
        }
        return found.isEmpty() ? branches : found;
    }

    /** The cheapest of several values for one place. Two of one cost that differ are a tie. */
    private final class Best {
        private final Mark mark;
        private @Nullable Json value;
        private @Nullable Json other;
        private Kept kept = new Kept(List.of(), List.of(), Integer.MAX_VALUE);

        Best(Mark mark) {
            this.mark = mark;
        }

        /** What was just worked out, with the changes since the mark. */
        void offer(Json found) {
            int price = cost - mark.cost;
            if (value != null && price == kept.cost - mark.cost && !found.equals(value)) {
                other = found;
            } else if (value == null || price < kept.cost - mark.cost) {
                value = found;
                other = null;
                kept = keep(mark);
            }
            back(mark);
        }

        void offer(Json found, Change.Kind kind, Json before, Shape shape) {
            if (shape.accepts(found)) {
                back(mark);
                change(kind, before, found);
                offer(found);
            }
        }

        boolean ambiguous() {
            return other != null;
        }

        @Nullable
        Json take() {
            restore(mark, kept);
            return value;
        }
    }

    private @Nullable Json ambiguous(Best best) {
        back(best.mark);
        violation("ambiguous", "could mean " + clip(best.value) + " or " + clip(best.other));
        return null;
    }

    // ---- what was noted

    private record Mark(int changes, int violations, int cost) {}

    private record Kept(List<Change> changes, List<Violation> violations, int cost) {}

    private Mark mark() {
        return new Mark(changes.size(), violations.size(), cost);
    }

    private void back(Mark mark) {
        changes.subList(mark.changes, changes.size()).clear();
        violations.subList(mark.violations, violations.size()).clear();
        cost = mark.cost;
    }

    private void backExceptViolations(Mark mark) {
        changes.subList(mark.changes, changes.size()).clear();
        cost = mark.cost;
    }

    /** Takes back and keeps aside what was noted since the mark. */
    private Kept keep(Mark mark) {
        Kept kept = new Kept(
                List.copyOf(changes.subList(mark.changes, changes.size())),
                List.copyOf(violations.subList(mark.violations, violations.size())),
                cost);
        back(mark);
        return kept;
    }

    private void restore(Mark mark, Kept kept) {
        back(mark);
        changes.addAll(kept.changes);
        violations.addAll(kept.violations);
        cost = kept.cost;
    }

    private void change(Change.Kind kind, @Nullable Json before, @Nullable Json after) {
        changes.add(new Change(kind, pointer(), clip(before), clip(after)));
        cost += kind.cost();
    }

    private @Nullable Json refuse(Written value, Shape shape) {
        report(shape.validate(value.plain()));
        return null;
    }

    private void violation(String keyword, String said) {
        violations.add(new Violation(pointer(), keyword, dotted() + ": " + said));
    }

    /** Takes over violations that count their pointers from this place. */
    private void report(Collection<Violation> wrong) {
        String here = pointer();
        String dotted = dotted();
        for (Violation violation : wrong) {
            if (violations.size() >= MAX_VIOLATIONS) {
                return;
            }
            String message = violation.message();
            violations.add(new Violation(
                    here + violation.pointer(),
                    violation.keyword(),
                    message.startsWith("$") ? dotted + message.substring(1) : message,
                    violation.missing()));
        }
    }

    private String pointer() {
        if (path.isEmpty()) {
            return "";
        }
        StringBuilder out = new StringBuilder();
        for (Object step : path) {
            out.append('/').append(step.toString().replace("~", "~0").replace("/", "~1"));
        }
        return out.toString();
    }

    private String dotted() {
        StringBuilder out = new StringBuilder("$");
        for (Object step : path) {
            if (step instanceof String name) {
                boolean plain = !name.isEmpty() && name.chars().allMatch(c -> c == '_' || Character.isLetterOrDigit(c));
                out.append(plain ? "." + name : "[" + new Json.Str(name) + "]");
            } else {
                out.append('[').append(step).append(']');
            }
        }
        return out.toString();
    }

    private static String clip(@Nullable Json value) {
        if (value == null) {
            return "";
        }
        String text = value.toString();
        return text.length() <= CLIP ? text : text.substring(0, CLIP) + "…";
    }
}
