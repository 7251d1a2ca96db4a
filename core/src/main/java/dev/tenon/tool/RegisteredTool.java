package dev.tenon.tool;

import dev.tenon.json.Json;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * A tool as a {@link ToolRegistry} has it: with the words by which it is found, and where it comes from. Immutable, as far as the tool is.
 *
 * @param category one word for what it is about; empty for none
 * @param tags any words
 * @param capabilities what it can do beyond its traits, such as {@code images}
 * @param source from what it is made again when registrations are loaded: data, as of a manifest, or a reference to code. By default {@code {"code": name}}
 */
public record RegisteredTool(Tool tool, String category, Set<String> tags, Set<String> capabilities, Json source) {
    public RegisteredTool {
        Objects.requireNonNull(tool, "tool");
        category = category == null ? "" : category;
        tags = tags == null ? Set.of() : Set.copyOf(tags);
        capabilities = capabilities == null ? Set.of() : Set.copyOf(capabilities);
        source = source == null || source.isNull()
                ? Json.object("code", tool.spec().name())
                : source;
    }

    /** A tool without category, tags and capabilities. */
    public static RegisteredTool of(Tool tool) {
        return new RegisteredTool(tool, "", Set.of(), Set.of(), Json.NULL);
    }

    /** A copy in this category. */
    public RegisteredTool category(String word) {
        Objects.requireNonNull(word, "word");
        return new RegisteredTool(tool, word, tags, capabilities, source);
    }

    /** A copy with these tags. */
    public RegisteredTool tags(String... words) {
        Objects.requireNonNull(words, "words");
        return new RegisteredTool(tool, category, Set.of(words), capabilities, source);
    }

    /** A copy with these capabilities. */
    public RegisteredTool capabilities(String... words) {
        Objects.requireNonNull(words, "words");
        return new RegisteredTool(tool, category, tags, Set.of(words), source);
    }

    /** A copy that comes from there. */
    public RegisteredTool source(Json from) {
        Objects.requireNonNull(from, "from");
        return new RegisteredTool(tool, category, tags, capabilities, from);
    }

    /** The tool's name. */
    public String name() {
        return tool.spec().name();
    }

    /** Whether it can do this: one of its capabilities, or a trait in lower case such as {@code read_only}. */
    public boolean can(String capability) {
        Objects.requireNonNull(capability, "capability");
        return capabilities.contains(capability)
                || tool.spec().traits().stream()
                        .anyMatch(trait -> trait.name().toLowerCase(Locale.ROOT).equals(capability));
    }

    /** The form in which it is saved: everything but the tool itself. */
    Json.Obj saved() {
        return Json.object()
                .put("spec", Json.of(tool.spec()))
                .put("category", category)
                .put("tags", new TreeSet<>(tags))
                .put("capabilities", new TreeSet<>(capabilities))
                .put("source", source)
                .build();
    }
}
