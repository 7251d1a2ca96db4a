package dev.tenon.json;

import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * A JSON value. Immutable, with exact numbers of any size and structural equality: objects are equal whatever the order of their
 * members (which is kept), numbers when their values are ({@code 1}, {@code 1.0}, {@code 1e0}).
 *
 * <p>No value nests deeper than {@value #MAX_DEPTH}: whatever would make one, reading or building, is refused with a
 * {@link JsonException}. So every walk over a value may recurse.
 *
 * <p>{@code toString()} is compact JSON text. Lone surrogates are written as escapes.
 */
public sealed interface Json {
    /** Levels of arrays and objects. Jackson's own limit for reading is 500 (StreamReadConstraints, 2026). */
    int MAX_DEPTH = 500;

    /** The value {@code null}. */
    Json NULL = Null.NULL;

    /** Reads one JSON document. Strict: RFC 8259, no duplicate member names, nothing after the value. */
    static Json parse(String text) {
        return JacksonJson.parse(Objects.requireNonNull(text, "text"));
    }

    /** Reads one JSON document in UTF-8. As strict as {@link #parse(String)}. */
    static Json parse(byte[] utf8) {
        return JacksonJson.parse(Objects.requireNonNull(utf8, "utf8"));
    }

    /**
     * The JSON form of a value: null, text, numbers, booleans, {@code Optional}, collections, maps with text keys, arrays, enums,
     * {@code java.time}, records and other data classes. A member of a sealed interface carries its tag, see
     * {@link #as(Type)}.
     *
     * @throws JsonException where the value has no JSON form (a cycle, NaN)
     */
    static Json of(@Nullable Object value) {
        return switch (value) {
            case null -> NULL;
            case Json json -> json;
            case String text -> new Str(text);
            case Boolean bool -> Bool.of(bool);
            case Integer number -> new Num(number);
            case Long number -> new Num(number);
            case BigDecimal number -> new Num(number);
            case BigInteger number -> new Num(new BigDecimal(number));
            default -> Mapping.toJson(value);
        };
    }

    /** An object under construction. */
    static ObjBuilder object() {
        return new ObjBuilder();
    }

    /** An object of one member. */
    static Obj object(String name, @Nullable Object value) {
        return object().put(name, value).build();
    }

    /** An array of the JSON forms of these values. */
    static Arr array(@Nullable Object... items) {
        Objects.requireNonNull(items, "items");
        List<Json> list = new ArrayList<>(items.length);
        for (Object item : items) {
            list.add(of(item));
        }
        return Arr.of(list);
    }

    /** Levels of nesting: 0 for text, numbers, booleans and null, 1 for an empty object. */
    int depth();

    /** {@code object}, {@code array}, {@code string}, {@code number}, {@code boolean} or {@code null}. */
    String kind();

    /**
     * The value at an RFC 6901 JSON Pointer, empty where there is none. {@code ""} is this value.
     *
     * @throws IllegalArgumentException where the text is no JSON Pointer
     */
    default Optional<Json> at(String pointer) {
        Objects.requireNonNull(pointer, "pointer");
        return Pointer.find(this, pointer);
    }

    /**
     * This value as a Java value: records, sealed interfaces, enums, collections, maps, {@code Optional}, numbers, {@code java.time}.
     *
     * <p>A sealed interface is told by a tag: member {@code type}, its value the simple name of the permitted record in snake case,
     * without the interface's own name at its end ({@code UserMessage} of {@code Message}: {@code user}). Jackson's annotations, where
     * present, win. Unknown members are kept where the record has a component {@code Json.Obj extra}, else dropped; a
     * missing collection is empty, a missing {@code Optional} is empty.
     *
     * @throws JsonException where it does not fit, naming the place
     */
    default <T> T as(Class<T> type) {
        Objects.requireNonNull(type, "type");
        return Mapping.fromJson(this, type);
    }

    /** As {@link #as(Class)}, for a generic type. */
    default <T> T as(TypeRef<T> type) {
        Objects.requireNonNull(type, "type");
        return Mapping.fromJson(this, type.type());
    }

    /** As {@link #as(Class)}, for a type known only at run time. */
    default Object as(Type type) {
        Objects.requireNonNull(type, "type");
        return Mapping.fromJson(this, type);
    }

    /**
     * This value as an object.
     *
     * @throws JsonException where it is none
     */
    default Obj asObj() {
        if (this instanceof Obj object) {
            return object;
        }
        throw JsonException.wanted("object", this);
    }

    /**
     * This value as an array.
     *
     * @throws JsonException where it is none
     */
    default Arr asArr() {
        if (this instanceof Arr array) {
            return array;
        }
        throw JsonException.wanted("array", this);
    }

    /**
     * The text of a string.
     *
     * @throws JsonException where it is none
     */
    default String asString() {
        if (this instanceof Str string) {
            return string.value();
        }
        throw JsonException.wanted("string", this);
    }

    /**
     * A whole number that fits a {@code long}.
     *
     * @throws JsonException where it is none
     */
    default long asLong() {
        if (this instanceof Num number) {
            return number.longValue();
        }
        throw JsonException.wanted("number", this);
    }

    /** Whether this is {@code null}. */
    default boolean isNull() {
        return this instanceof Null;
    }

    /**
     * One text for all equal values: members sorted by UTF-16 code units as in RFC 8785, numbers exact and without trailing
     * zeros (RFC 8785 would round them to doubles).
     */
    default String canonical() {
        return Text.canonical(this);
    }

    /** SHA-256 of {@link #canonical()} in UTF-8, 64 lower-case hexadecimal digits. */
    default String digest() {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256").digest(canonical().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    /** The value {@code null}. */
    enum Null implements Json {
        NULL;

        @Override
        public int depth() {
            return 0;
        }

        @Override
        public String kind() {
            return "null";
        }

        @Override
        public String toString() {
            return "null";
        }
    }

    /** {@code true} or {@code false}. */
    enum Bool implements Json {
        TRUE,
        FALSE;

        /** The constant. */
        public static Bool of(boolean value) {
            return value ? TRUE : FALSE;
        }

        /** As a Java boolean. */
        public boolean value() {
            return this == TRUE;
        }

        @Override
        public int depth() {
            return 0;
        }

        @Override
        public String kind() {
            return "boolean";
        }

        @Override
        public String toString() {
            return value() ? "true" : "false";
        }
    }

    /** A text. */
    record Str(String value) implements Json {
        public Str {
            Objects.requireNonNull(value, "value");
        }

        @Override
        public int depth() {
            return 0;
        }

        @Override
        public String kind() {
            return "string";
        }

        @Override
        public String toString() {
            return Text.compact(this);
        }
    }

    /** A number, exact. Equal to every number of the same value. */
    final class Num implements Json {
        private final long small;
        private final @Nullable BigDecimal big;

        public Num(long value) {
            this.small = value;
            this.big = null;
        }

        public Num(BigDecimal value) {
            Objects.requireNonNull(value, "value");
            if (value.scale() == 0 && value.unscaledValue().bitLength() < Long.SIZE) {
                this.small = value.unscaledValue().longValue();
                this.big = null;
            } else {
                this.small = 0;
                this.big = value;
            }
        }

        /** The exact value. */
        public BigDecimal value() {
            return big == null ? BigDecimal.valueOf(small) : big;
        }

        /** Whether the value is whole, as {@code 1.0} is. */
        public boolean whole() {
            return big == null || big.signum() == 0 || big.stripTrailingZeros().scale() <= 0;
        }

        /**
         * The value as a {@code long}.
         *
         * @throws JsonException where it is no whole number or does not fit
         */
        public long longValue() {
            if (big == null || big.signum() == 0) {
                return small;
            }
            // The magnitude is looked at first: 1e999999999 must not become a billion digits.
            if (!whole() || big.precision() - (long) big.scale() > 19) {
                throw JsonException.wanted("a whole number of at most 64 bits", this);
            }
            try {
                return big.longValueExact();
            } catch (ArithmeticException e) {
                throw JsonException.wanted("a whole number of at most 64 bits", this);
            }
        }

        /** The nearest {@code double}, infinite where the value is too large. */
        public double doubleValue() {
            return big == null ? small : big.doubleValue();
        }

        /** Whether it is a {@code long} in the same writing. */
        boolean fits() {
            return big == null;
        }

        void write(JsonGenerator out) {
            if (big == null) {
                out.writeNumber(small);
            } else {
                out.writeNumber(big);
            }
        }

        String text() {
            return big == null ? Long.toString(small) : big.toString();
        }

        String canonicalText() {
            if (big == null) {
                return Long.toString(small);
            }
            if (big.signum() == 0) {
                return "0";
            }
            BigDecimal stripped = big.stripTrailingZeros();
            boolean plain = stripped.scale() <= 0 && stripped.precision() - (long) stripped.scale() <= 40;
            return plain ? stripped.toPlainString() : stripped.toString();
        }

        @Override
        public int depth() {
            return 0;
        }

        @Override
        public String kind() {
            return "number";
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Num number
                    && (big == null && number.big == null
                            ? small == number.small
                            : value().compareTo(number.value()) == 0);
        }

        @Override
        public int hashCode() {
            if (big == null || big.signum() == 0) {
                return Long.hashCode(small);
            }
            // 1 and 1.0 are equal, so whole numbers hash as the long they are.
            if (whole() && big.precision() - (long) big.scale() <= 19) {
                BigInteger exact = big.toBigIntegerExact();
                return exact.bitLength() < Long.SIZE ? Long.hashCode(exact.longValue()) : exact.hashCode();
            }
            return canonicalText().hashCode();
        }

        @Override
        public String toString() {
            return text();
        }
    }

    /** An array. Iterates over its items. */
    final class Arr implements Json, Iterable<Json> {
        /** The array without items. */
        public static final Arr EMPTY = new Arr(List.of());

        private final List<Json> items;
        private final int depth;

        private Arr(List<Json> items) {
            this.items = items;
            int deepest = 0;
            for (int i = 0; i < items.size(); i++) {
                deepest = Math.max(deepest, Depth.of(items.get(i)));
            }
            this.depth = Depth.checked(deepest + 1);
        }

        /** An array of these items, copied. */
        public static Arr of(List<? extends Json> items) {
            Objects.requireNonNull(items, "items");
            return items.isEmpty() ? EMPTY : new Arr(List.copyOf(items));
        }

        /** The items, in order. */
        public List<Json> items() {
            return items;
        }

        /** How many items there are. */
        public int size() {
            return items.size();
        }

        /** The item at an index, from 0. */
        public Json get(int index) {
            return items.get(index);
        }

        @Override
        public Iterator<Json> iterator() {
            return items.iterator();
        }

        @Override
        public int depth() {
            return depth;
        }

        @Override
        public String kind() {
            return "array";
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Arr array && array.items.equals(items);
        }

        @Override
        public int hashCode() {
            return items.hashCode();
        }

        @Override
        public String toString() {
            return Text.compact(this);
        }
    }

    /** An object. Its members keep their order; equality does not look at it. */
    final class Obj implements Json {
        /** The object without members. */
        public static final Obj EMPTY = new Obj(Members.NONE);

        private final Members members;
        private final int depth;

        private Obj(Members members) {
            this.members = members;
            this.depth = Depth.checked(members.deepest() + 1);
        }

        /** An object of these members, copied in their order. */
        public static Obj of(Map<String, ? extends Json> members) {
            Objects.requireNonNull(members, "members");
            return members.isEmpty() ? EMPTY : new Obj(Members.of(members));
        }

        /**
         * An object of these names and as many values, copied in their order. Of equal names the first keeps its place and the
         * last its value.
         */
        public static Obj of(List<String> names, List<? extends Json> values) {
            Objects.requireNonNull(names, "names");
            Objects.requireNonNull(values, "values");
            return names.isEmpty() && values.isEmpty() ? EMPTY : new Obj(Members.of(names, values));
        }

        /**
         * As {@link #of(List, List)}, for one of many that are alike: where its names are the very texts of another object's, in
         * the same order, both share them.
         */
        public static Obj of(Obj like, List<String> names, List<? extends Json> values) {
            Objects.requireNonNull(like, "like");
            Objects.requireNonNull(names, "names");
            Objects.requireNonNull(values, "values");
            return names.isEmpty() && values.isEmpty() ? EMPTY : new Obj(Members.of(like.members, names, values));
        }

        /** Whether both are known to have the same names in the same order; objects that are alike may also answer no. */
        public boolean sharesNames(Obj other) {
            Objects.requireNonNull(other, "other");
            return members.sharesNames(other.members);
        }

        /** The members, in order. */
        public Map<String, Json> members() {
            return members;
        }

        /** How many members there are. */
        public int size() {
            return members.size();
        }

        /** Whether there are no members. */
        public boolean isEmpty() {
            return members.isEmpty();
        }

        /** Whether there is such a member, {@code null} included. */
        public boolean has(String name) {
            Objects.requireNonNull(name, "name");
            return members.containsKey(name);
        }

        /** The member of this name; empty where there is none. */
        public Optional<Json> get(String name) {
            Objects.requireNonNull(name, "name");
            return Optional.ofNullable(members.get(name));
        }

        /** The member's text; empty where there is none or it is no text. */
        public Optional<String> string(String name) {
            Objects.requireNonNull(name, "name");
            return members.get(name) instanceof Str text ? Optional.of(text.value()) : Optional.empty();
        }

        /** Calls the action with every member, in order. */
        public void forEach(BiConsumer<? super String, ? super Json> action) {
            Objects.requireNonNull(action, "action");
            members.forEach(action);
        }

        /** A copy with this member set; its place is kept where it was there before. */
        public Obj with(String name, @Nullable Object value) {
            return new ObjBuilder().putAll(this).put(name, value).build();
        }

        /** A copy without this member. */
        public Obj without(String name) {
            Objects.requireNonNull(name, "name");
            if (!members.containsKey(name)) {
                return this;
            }
            Map<String, Json> copy = new LinkedHashMap<>(members);
            copy.remove(name);
            return of(copy);
        }

        @Override
        public int depth() {
            return depth;
        }

        @Override
        public String kind() {
            return "object";
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Obj object && object.members.equals(members);
        }

        @Override
        public int hashCode() {
            return members.hashCode();
        }

        @Override
        public String toString() {
            return Text.compact(this);
        }
    }

    /** An object under construction. Not thread-safe; may go on after {@link #build()}. */
    final class ObjBuilder {
        private final Map<String, Json> members = new LinkedHashMap<>();

        private ObjBuilder() {}

        /** Sets a member to the JSON form of a value ({@link Json#of(Object)}). */
        public ObjBuilder put(String name, @Nullable Object value) {
            members.put(Objects.requireNonNull(name, "a member's name"), of(value));
            return this;
        }

        /** Sets all members of another object. */
        public ObjBuilder putAll(Obj other) {
            Objects.requireNonNull(other, "other");
            members.putAll(other.members());
            return this;
        }

        /** The object. */
        public Obj build() {
            return Obj.of(members);
        }
    }
}
