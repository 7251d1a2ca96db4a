package dev.tenon.message;

import dev.tenon.json.Json;
import dev.tenon.json.JsonException;
import java.net.URI;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A part of a message. Immutable. The narrower interfaces say where a part may stand: a user message cannot hold a tool call.
 *
 * <p>New kinds of wire parts arrive as {@link Opaque}; this list does not grow in minor releases.
 */
public sealed interface Content {
    /** What its provider must get back with it; {@link Origin#NONE} where that is nothing. */
    Origin origin();

    /** Members of the JSON form that this version does not know. */
    Map<String, Json> extra();

    /** What may stand in a {@link UserMessage}. */
    sealed interface OfUser extends Content {}

    /** What may stand in an {@link AssistantMessage}. */
    sealed interface OfAssistant extends Content {}

    /** What may stand in a {@link ToolResult}. */
    sealed interface OfResult extends Content {}

    /** A text part without citations. */
    static Text text(String text) {
        return new Text(text, List.of(), Origin.NONE, Map.of());
    }

    /** All text parts joined with nothing between. */
    static String text(List<? extends Content> parts) {
        Objects.requireNonNull(parts, "parts");
        if (parts.size() == 1 && parts.get(0) instanceof Text only) {
            return only.text();
        }
        StringBuilder out = new StringBuilder();
        for (Content part : parts) {
            if (part instanceof Text text) {
                out.append(text.text());
            }
        }
        return out.toString();
    }

    /** Text, with where the model says it comes from. */
    record Text(String text, List<Citation> citations, Origin origin, Map<String, Json> extra)
            implements OfUser, OfAssistant, OfResult {
        public Text {
            Objects.requireNonNull(text, "text");
            citations = citations == null ? List.of() : List.copyOf(citations);
            origin = Origin.orNone(origin);
            extra = Parts.extra(extra);
        }
    }

    /**
     * An image, audio, video or document.
     *
     * @param mimeType for example {@code image/png}; empty where it is not known
     * @param name the file's name; empty where there is none
     */
    record Media(Kind kind, String mimeType, Source source, String name, Origin origin, Map<String, Json> extra)
            implements OfUser, OfAssistant, OfResult {
        /** What kind of medium. */
        public enum Kind {
            IMAGE,
            AUDIO,
            VIDEO,
            DOCUMENT
        }

        /** Where the bytes are. */
        public sealed interface Source {}

        /** The bytes themselves, in base64 (RFC 4648, section 4), as every JSON wire format wants them. */
        public record Inline(String base64) implements Source {
            public Inline {
                Objects.requireNonNull(base64, "base64");
            }

            /**
             * The bytes, decoded.
             *
             * @throws IllegalArgumentException where the text is no base64
             */
            public byte[] bytes() {
                return Base64.getDecoder().decode(base64);
            }

            @Override
            public String toString() {
                return "Inline[" + base64.length() + " base64 characters]";
            }
        }

        /** A place that the provider fetches from. */
        public record At(String uri) implements Source {
            public At {
                Objects.requireNonNull(uri, "uri");
            }
        }

        /** A file that the provider keeps under this id. */
        public record Stored(String id) implements Source {
            public Stored {
                Objects.requireNonNull(id, "id");
            }
        }

        public Media {
            Objects.requireNonNull(kind, "kind");
            mimeType = Parts.orEmpty(mimeType);
            Objects.requireNonNull(source, "source");
            name = Parts.orEmpty(name);
            origin = Origin.orNone(origin);
            extra = Parts.extra(extra);
        }

        /** A medium of these bytes; its kind is told by the MIME type. */
        public static Media of(byte[] bytes, String mimeType) {
            Objects.requireNonNull(bytes, "bytes");
            Objects.requireNonNull(mimeType, "mimeType");
            return of(new Inline(Base64.getEncoder().encodeToString(bytes)), mimeType);
        }

        /** A medium that the provider fetches; its kind is told by the MIME type. */
        public static Media of(URI uri, String mimeType) {
            Objects.requireNonNull(uri, "uri");
            Objects.requireNonNull(mimeType, "mimeType");
            return of(new At(uri.toString()), mimeType);
        }

        /** A medium from a source; its kind is told by the MIME type: what is no image, audio or video is a document. */
        public static Media of(Source source, String mimeType) {
            Objects.requireNonNull(mimeType, "mimeType");
            int slash = mimeType.indexOf('/');
            Kind kind = switch (slash < 0 ? mimeType : mimeType.substring(0, slash)) {
                case "image" -> Kind.IMAGE;
                case "audio" -> Kind.AUDIO;
                case "video" -> Kind.VIDEO;
                default -> Kind.DOCUMENT;
            };
            return new Media(kind, mimeType, source, "", Origin.NONE, Map.of());
        }

        /** A copy with a file name. */
        public Media withName(String newName) {
            Objects.requireNonNull(newName, "newName");
            return new Media(kind, mimeType, source, newName, origin, extra);
        }
    }

    /**
     * What the model thought before it answered. What proves it (signature, encrypted content) is in its origin.
     *
     * @param text as far as the provider shows it; may be empty
     * @param redacted whether the provider hides the text on purpose
     */
    record Thinking(String text, boolean redacted, Origin origin, Map<String, Json> extra) implements OfAssistant {
        public Thinking {
            text = Parts.orEmpty(text);
            origin = Origin.orNone(origin);
            extra = Parts.extra(extra);
        }

        /** Thinking of this text, with no proof. */
        public static Thinking of(String text) {
            Objects.requireNonNull(text, "text");
            return new Thinking(text, false, Origin.NONE, Map.of());
        }
    }

    /**
     * The model wants a tool to be called.
     *
     * @param id the provider's id: it may repeat or be empty, so it only pairs call and result on the wire
     * @param name as the model wrote it; the tool may not exist
     * @param arguments the text of the arguments. In a reply exactly as it came, readable or not; in history always a JSON object
     * @param original where history had to replace the arguments: the text as it came, never sent; else empty
     */
    record ToolCall(String id, String name, String arguments, String original, Origin origin, Map<String, Json> extra)
            implements OfAssistant {
        /** The member of {@link #extra} by which providers mark a call of {@linkplain #holdsFreeText free text}. */
        public static final String FREE_TEXT = "free_text";

        /** The member in which a tool gets free text. */
        public static final String INPUT = "input";

        public ToolCall {
            id = Parts.orEmpty(id);
            name = Parts.orEmpty(name);
            arguments = Parts.orEmpty(arguments);
            original = Parts.orEmpty(original);
            origin = Origin.orNone(origin);
            extra = Parts.extra(extra);
        }

        /** A call with the text of its arguments. */
        public static ToolCall of(String id, String name, String arguments) {
            Objects.requireNonNull(id, "id");
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(arguments, "arguments");
            return new ToolCall(id, name, arguments, "", Origin.NONE, Map.of());
        }

        /** A call with its arguments. */
        public static ToolCall of(String id, String name, Json.Obj arguments) {
            Objects.requireNonNull(id, "id");
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(arguments, "arguments");
            return of(id, name, arguments.toString());
        }

        /** The arguments, where the text is strictly one JSON object; empty text and anything else is empty. */
        public Optional<Json.Obj> json() {
            try {
                return arguments.isEmpty() || !(Json.parse(arguments) instanceof Json.Obj object)
                        ? Optional.empty()
                        : Optional.of(object);
            } catch (JsonException e) {
                return Optional.empty();
            }
        }

        /**
         * Whether the tool takes free text, and not JSON: the arguments of a reply are then that text, whatever it looks like. An agent hands it to the tool as the member {@value #INPUT} of an object.
         */
        public boolean holdsFreeText() {
            return Json.of(true).equals(extra.get(FREE_TEXT));
        }

        /** A copy whose arguments are these, with the text as it came beside them. */
        public ToolCall replaced(Json.Obj readable) {
            Objects.requireNonNull(readable, "readable");
            String kept = original.isEmpty() ? arguments : original;
            return new ToolCall(id, name, readable.toString(), kept, origin, extra);
        }
    }

    /**
     * What came of a tool call.
     *
     * @param callId the id of the call as the provider gave it
     * @param name the tool's name
     * @param error whether the call failed; the content then says why, for the model
     */
    record ToolResult(
            String callId, String name, List<OfResult> content, boolean error, Origin origin, Map<String, Json> extra)
            implements Content {
        public ToolResult {
            callId = Parts.orEmpty(callId);
            name = Parts.orEmpty(name);
            content = content == null ? List.of() : List.copyOf(content);
            origin = Origin.orNone(origin);
            extra = Parts.extra(extra);
        }

        /** A result of one text. */
        public static ToolResult of(String callId, String name, String text) {
            Objects.requireNonNull(callId, "callId");
            Objects.requireNonNull(name, "name");
            return new ToolResult(callId, name, List.of(Content.text(text)), false, Origin.NONE, Map.of());
        }

        /** A failure, told to the model. */
        public static ToolResult error(String callId, String name, String text) {
            Objects.requireNonNull(callId, "callId");
            Objects.requireNonNull(name, "name");
            return new ToolResult(callId, name, List.of(Content.text(text)), true, Origin.NONE, Map.of());
        }

        /** All text joined with nothing between. */
        public String text() {
            return Content.text(content);
        }
    }

    /**
     * A part that only its provider understands: a server tool and its result, a block newer than this version. Kept, and given back to
     * that provider unchanged.
     *
     * @param kind the wire's own name of the part
     * @param data the part in the wire's own words
     */
    record Opaque(String kind, Json data, Origin origin, Map<String, Json> extra)
            implements OfUser, OfAssistant, OfResult {
        public Opaque {
            Objects.requireNonNull(kind, "kind");
            data = data == null ? Json.NULL : data;
            origin = Origin.orNone(origin);
            extra = Parts.extra(extra);
        }

        /** A part of that wire format. */
        public static Opaque of(String wire, String kind, Json data) {
            Objects.requireNonNull(wire, "wire");
            Objects.requireNonNull(data, "data");
            return new Opaque(kind, data, new Origin(wire, Json.NULL), Map.of());
        }
    }
}
