package dev.tenon.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.tenon.checks.Fixtures;
import dev.tenon.json.Json;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.scope.Cancellation;
import dev.tenon.testing.Chance;
import dev.tenon.testing.Property;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * What is written is what the host's specification, an OpenAPI document, says: for generated conversations with every kind of content, tool choice and
 * setting.
 */
public abstract class RequestSpecification extends Conversations {
    private final Json components;
    private final String name;
    private final String wrong;

    private record Case(ChatRequest request, Call call) {}

    /**
     * Of a document.
     *
     * @param document below {@code specs}
     * @param name of the schema of a request
     * @param wrong a request that the schema must refuse, or it refuses none
     */
    protected RequestSpecification(String document, String name, String wrong) {
        try {
            byte[] bytes = Files.readAllBytes(Fixtures.spec(document));
            Json whole = document.endsWith(".yaml") ? yaml(bytes) : Json.parse(bytes);
            this.components = whole.asObj().get("components").orElseThrow();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        this.name = name;
        this.wrong = wrong;
    }

    private static Json yaml(byte[] bytes) {
        Yaml yaml = new Yaml(new SafeConstructor(new LoaderOptions()));
        return json(yaml.load(new ByteArrayInputStream(bytes)));
    }

    private static Json json(@Nullable Object value) {
        return switch (value) {
            case null -> Json.NULL;
            case Map<?, ?> map -> {
                Json.ObjBuilder object = Json.object();
                map.forEach((key, member) -> object.put(String.valueOf(key), json(member)));
                yield object.build();
            }
            case List<?> list ->
                Json.Arr.of(list.stream().map(RequestSpecification::json).toList());
            case Boolean bool -> Json.of(bool);
            case Number number -> Json.of(number);
            default -> Json.of(value.toString());
        };
    }

    /** The body of a request. */
    protected abstract String written(ChatRequest request, Call call);

    /** What more must be true of a request. */
    protected void check(Json.Obj request) {}

    @Test
    void requestsFitTheSpecification() {
        assertFit(name, this::written);
    }

    /** Holds what is written so against this schema of the document. */
    protected final void assertFit(String of, BiFunction<ChatRequest, Call, String> written) {
        Schema schema = schema(of);
        Set<String> known = members(of);

        assertThat(schema.validate(wrong, InputFormat.JSON)).isNotEmpty();

        Property.forAll(300, chance -> new Case(conversation(chance), call(chance)), test -> {
            String text = written.apply(test.request, test.call);
            assertThat(schema.validate(text, InputFormat.JSON)).as(text).isEmpty();
            Json.Obj request = Json.parse(text).asObj();
            assertThat(known).containsAll(request.members().keySet());
            check(request);
        });
    }

    private static Call call(Chance chance) {
        return chance.oneIn(2) ? Call.watched(new Cancellation(), delta -> {}, notice -> {}) : Call.unwatched();
    }

    /** A schema of the document. */
    protected final Schema schema(String of) {
        Json root = Json.object()
                .put("$ref", "#/components/schemas/" + of)
                .put("components", alternativesOverlap() ? overlapping(components) : components)
                .build();
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(root.toString(), InputFormat.JSON);
    }

    /** Whether values may fit several of the document's alternatives, against its word: then at least one must fit, and {@link #check} is to tell which. */
    protected boolean alternativesOverlap() {
        return false;
    }

    private static Json overlapping(Json schema) {
        return switch (schema) {
            case Json.Obj object -> {
                Json.ObjBuilder copy = Json.object();
                object.forEach(
                        (member, value) -> copy.put(member.equals("oneOf") ? "anyOf" : member, overlapping(value)));
                yield copy.build();
            }
            case Json.Arr list ->
                Json.Arr.of(list.items().stream()
                        .map(RequestSpecification::overlapping)
                        .toList());
            case Json.Str text -> text;
            case Json.Num number -> number;
            case Json.Bool bool -> bool;
            case Json.Null nothing -> nothing;
        };
    }

    /** The names that a schema has for members, through references and {@code allOf}. */
    protected final Set<String> members(String schema) {
        return members(components.at("/schemas/" + schema).orElseThrow());
    }

    private Set<String> members(Json schema) {
        Set<String> names = new TreeSet<>();
        Json.Obj object = schema.asObj();
        object.get("properties")
                .ifPresent(all -> names.addAll(all.asObj().members().keySet()));
        object.get("allOf").ifPresent(all -> all.asArr().forEach(part -> names.addAll(members(part))));
        object.string("$ref").ifPresent(ref -> names.addAll(members(ref.substring(ref.lastIndexOf('/') + 1))));
        return names;
    }
}
