package dev.tenon.json;

import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@link Json} to and from Jackson's streams: the one place where Jackson shows in a signature. For wire formats, which read and
 * write without a tree and want a value only where a value is to be kept.
 *
 * <p>Thread-safe: it has no state but an immutable factory.
 */
public final class JacksonJson {
    /**
     * Bounds on what is read: {@value Json#MAX_DEPTH} levels, and texts of at most 256 Mi characters (a base64 image of a
     * model's answer; Jackson's own bound is 100 Mi). Numbers keep Jackson's bound of 1,000 characters.
     */
    private static final StreamReadConstraints LIMITS = StreamReadConstraints.builder()
            .maxNestingDepth(Json.MAX_DEPTH)
            .maxStringLength(256 << 20)
            .build();

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(LIMITS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    /** For wire formats: as the strict one, but the last of equal member names wins, and streams are not closed by the parser. */
    private static final JsonFactory WIRE = JsonFactory.builder()
            .streamReadConstraints(LIMITS)
            .disable(StreamReadFeature.AUTO_CLOSE_SOURCE)
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
            .build();

    private JacksonJson() {}

    /**
     * A factory for reading and writing wire formats: nesting and text lengths bounded, streams left open at the end.
     */
    public static JsonFactory wire() {
        return WIRE;
    }

    /**
     * The mapper behind {@link Json#of(Object)} and {@link Json#as(Class)}: for those who must know how it names members and tells
     * types apart, such as a generator of schemas.
     */
    public static JsonMapper mapper() {
        return Mapping.mapper();
    }

    /**
     * The value at the parser's current token, or at the next where it has none yet. Afterwards the parser stands at the last token of
     * the value. Of equal member names the last wins, unless the parser refuses them.
     *
     * @throws JacksonException where the parser finds no JSON
     */
    public static Json read(JsonParser parser) {
        Objects.requireNonNull(parser, "parser");
        if (parser instanceof TreeParser tree) {
            return tree.take(); // It is immutable: there is nothing to copy.
        }
        JsonToken token = parser.currentToken();
        if (token == null) {
            token = parser.nextToken();
        }
        return value(parser, token);
    }

    private static Json value(JsonParser parser, @Nullable JsonToken token) {
        if (token == null) {
            throw new JsonException("json.syntax", "expected a JSON value, got the end of the text", Map.of(), null);
        }
        return switch (token) {
            case VALUE_NULL -> Json.NULL;
            case VALUE_TRUE -> Json.Bool.TRUE;
            case VALUE_FALSE -> Json.Bool.FALSE;
            case VALUE_STRING -> new Json.Str(parser.getString());
            case VALUE_NUMBER_INT ->
                switch (parser.getNumberType()) {
                    case INT, LONG -> new Json.Num(parser.getLongValue());
                    default -> new Json.Num(new BigDecimal(parser.getBigIntegerValue()));
                };
            case VALUE_NUMBER_FLOAT -> parser.isNaN() ? notANumber(parser) : new Json.Num(parser.getDecimalValue());
            case START_ARRAY -> array(parser);
            case START_OBJECT -> object(parser);
            case VALUE_EMBEDDED_OBJECT ->
                parser.getEmbeddedObject() instanceof Json json
                        ? json
                        : new Json.Str(java.util.Base64.getEncoder().encodeToString(parser.getBinaryValue()));
            default -> throw new JsonException("json.syntax", "expected a JSON value, got " + token, Map.of(), null);
        };
    }

    private static Json notANumber(JsonParser parser) {
        throw new JsonException(
                "json.nan", "JSON has no number " + parser.getString() + "; send null or a text", Map.of(), null);
    }

    private static Json.Arr array(JsonParser parser) {
        List<Json> items = new ArrayList<>();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            items.add(value(parser, token));
        }
        return Json.Arr.of(items);
    }

    private static Json.Obj object(JsonParser parser) {
        List<String> names = new ArrayList<>();
        List<Json> values = new ArrayList<>();
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            names.add(name);
            values.add(value(parser, parser.nextToken()));
        }
        return Json.Obj.of(names, values);
    }

    /** The rest of an object, from the member of this name on; null where its end is reached. */
    static Json.Obj members(JsonParser parser, @Nullable String first) {
        Map<String, Json> members = new LinkedHashMap<>();
        for (String name = first; name != null; name = parser.nextName()) {
            members.put(name, value(parser, parser.nextToken()));
        }
        return Json.Obj.of(members);
    }

    /** Writes a value. */
    public static void write(Json json, JsonGenerator out) {
        Objects.requireNonNull(json, "json");
        Objects.requireNonNull(out, "out");
        switch (json) {
            case Json.Null n -> out.writeNull();
            case Json.Bool b -> out.writeBoolean(b.value());
            case Json.Num n -> n.write(out);
            case Json.Str s -> out.writeString(s.value());
            case Json.Arr a -> {
                out.writeStartArray();
                for (Json item : a) {
                    write(item, out);
                }
                out.writeEndArray();
            }
            case Json.Obj o -> {
                out.writeStartObject();
                for (var member : o.members().entrySet()) {
                    out.writeName(member.getKey());
                    write(member.getValue(), out);
                }
                out.writeEndObject();
            }
        }
    }

    static Json parse(String text) {
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
            return document(parser);
        } catch (JacksonException e) {
            throw unreadable(e);
        }
    }

    static Json parse(byte[] utf8) {
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), utf8)) {
            return document(parser);
        } catch (JacksonException e) {
            throw unreadable(e);
        }
    }

    private static Json document(JsonParser parser) {
        JsonToken first = parser.nextToken();
        if (first == null) {
            throw new JsonException("json.empty", "expected a JSON document, got empty text", Map.of(), null);
        }
        Json json = value(parser, first);
        if (parser.nextToken() != null) {
            TokenStreamLocation at = parser.currentTokenLocation();
            throw new JsonException(
                    "json.trailing",
                    "expected the end of the text after the JSON value, got more at line " + at.getLineNr()
                            + ", column " + at.getColumnNr(),
                    place(at),
                    null);
        }
        return json;
    }

    /** Lines and columns from 1. */
    private static Map<String, String> place(@Nullable TokenStreamLocation at) {
        return at == null || at.getLineNr() < 1
                ? Map.of()
                : Map.of("line", Integer.toString(at.getLineNr()), "column", Integer.toString(at.getColumnNr()));
    }

    /** Says where and what the parser wanted; of the text at most one unexpected token, never its source. */
    private static JsonException unreadable(JacksonException e) {
        if (e.getCause() instanceof IOException io && e.getLocation() == null) {
            return new JsonException("json.io", "the text could not be read: " + io.getMessage(), Map.of(), e);
        }
        TokenStreamLocation at = e.getLocation();
        String where = at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
        String message = e.getOriginalMessage();
        int marker = message.indexOf(" (start marker");
        String said = marker < 0 ? message : message.substring(0, marker);
        return new JsonException("json.syntax", "not JSON" + where + ": " + said, place(at), null);
    }
}
