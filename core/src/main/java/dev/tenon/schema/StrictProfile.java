package dev.tenon.schema;

import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a provider's strict mode takes of JSON Schema. A strict mode makes the model write nothing that does not fit, but each
 * provider knows only a part of the language and refuses the rest. A profile turns a schema into one that is taken, keeps
 * what it cannot enforce as words in descriptions, and maps what the model writes back:
 *
 * {@snippet file="dev/tenon/schema/StrictProfileTest.java" region="strict"}
 *
 * <p>Immutable. Providers widen what they take from time to time; each constant says when it was read.
 */
public final class StrictProfile {
    private static final int NO_LIMIT = Integer.MAX_VALUE;

    private static final Set<String> COMMON_FORMATS =
            Set.of("date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid");

    /**
     * OpenAI's structured outputs and strict functions, and hosts that follow them. Every member is required, so optional ones
     * may be null instead; objects are closed, so maps are lists of entries; the root is an object. References may be recursive.
     *
     * <p>Source: OpenAI, "Structured model outputs", supported schemas, as of February 2026.
     */
    public static final StrictProfile OPENAI = new StrictProfile(
            "OpenAI",
            Set.of(
                    "minimum",
                    "maximum",
                    "exclusiveMinimum",
                    "exclusiveMaximum",
                    "multipleOf",
                    "minItems",
                    "maxItems",
                    "pattern"),
            COMMON_FORMATS,
            true,
            true,
            Recursion.ANY,
            false,
            false,
            false,
            new Limits(5_000, 10, 1_000, 120_000, NO_LIMIT, NO_LIMIT));

    /**
     * Anthropic's structured outputs and strict tools. Members may be optional; objects are closed, so maps are lists of entries;
     * no recursion, no bounds of numbers and lengths.
     *
     * <p>Source: Anthropic, "Structured outputs", JSON Schema limitations, as of early 2026, and {@code transform_schema} of its
     * Python client.
     */
    public static final StrictProfile ANTHROPIC = new StrictProfile(
            "Anthropic",
            Set.of("pattern", "default"),
            union(COMMON_FORMATS, "uri"),
            false,
            true,
            Recursion.NONE,
            false,
            false,
            false,
            new Limits(NO_LIMIT, NO_LIMIT, NO_LIMIT, NO_LIMIT, 24, 16));

    /**
     * Gemini's {@code responseJsonSchema} and {@code parametersJsonSchema}. Members may be optional and objects open; constants are
     * lists of one; a schema may contain itself only where it may be left out.
     *
     * <p>Source: google/ai/generativelanguage/v1beta/generative_service.proto, {@code GenerationConfig.response_json_schema}, 2026.
     */
    public static final StrictProfile GEMINI = new StrictProfile(
            "Gemini",
            Set.of("minimum", "maximum", "minItems", "maxItems"),
            union(COMMON_FORMATS, "uri", "int32", "int64"),
            false,
            false,
            Recursion.OPTIONAL,
            true,
            true,
            true,
            new Limits(NO_LIMIT, NO_LIMIT, NO_LIMIT, NO_LIMIT, NO_LIMIT, NO_LIMIT));

    /** Where a schema may contain itself. */
    enum Recursion {
        ANY,
        OPTIONAL,
        NONE
    }

    /**
     * How large a schema may be.
     *
     * @param members of all objects together
     * @param levels of objects within objects
     * @param constants in all enums together
     * @param characters of all names and constants together
     * @param optional members that may be left out, together
     * @param unions values of several types, together
     */
    record Limits(int members, int levels, int constants, int characters, int optional, int unions) {}

    /** Of the patterns that ECMA-262 knows, those that no grammar of tokens is made from: groups that look around, back-references. */
    private static final Pattern IRREGULAR = Pattern.compile("\\(\\?[=!<]|\\\\[1-9bBk]");

    private final String name;
    private final Set<String> keywords;
    private final Set<String> formats;
    final boolean allRequired;
    final boolean closed;
    final Recursion recursion;
    final boolean tuples;
    final boolean constantsAreLists;

    /** The order of members has a keyword of its own. */
    final boolean ordered;

    final Limits limits;

    private StrictProfile(
            String name,
            Set<String> keywords,
            Set<String> formats,
            boolean allRequired,
            boolean closed,
            Recursion recursion,
            boolean tuples,
            boolean constantsAreLists,
            boolean ordered,
            Limits limits) {
        this.name = name;
        this.keywords = keywords;
        this.formats = formats;
        this.allRequired = allRequired;
        this.closed = closed;
        this.recursion = recursion;
        this.tuples = tuples;
        this.constantsAreLists = constantsAreLists;
        this.ordered = ordered;
        this.limits = limits;
    }

    private static Set<String> union(Set<String> some, String... more) {
        Set<String> all = new HashSet<>(some);
        all.addAll(Set.of(more));
        return Set.copyOf(all);
    }

    /**
     * The schema as this provider's strict mode takes it. Kept with the schema, so that asking again costs nothing.
     *
     * @throws SchemaException where it cannot be expressed, naming the place: then ask without strict mode, and read the answer
     *     leniently
     */
    public StrictSchema apply(JsonSchema schema) {
        Objects.requireNonNull(schema, "schema");
        return schema.strict(this);
    }

    boolean takes(String keyword, String value) {
        return switch (keyword) {
            case "format" -> formats.contains(value);
            case "pattern" ->
                keywords.contains(keyword) && !IRREGULAR.matcher(value).find();
            default -> keywords.contains(keyword);
        };
    }

    /** The provider's name. */
    @Override
    public String toString() {
        return name;
    }
}
