package dev.tenon.json;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.Nulls;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.Version;
import tools.jackson.databind.AnnotationIntrospector;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.Annotated;
import tools.jackson.databind.introspect.AnnotatedClass;
import tools.jackson.databind.introspect.AnnotatedMethod;
import tools.jackson.databind.introspect.AnnotatedParameter;
import tools.jackson.databind.introspect.NopAnnotationIntrospector;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsontype.NamedType;
import tools.jackson.databind.jsontype.TypeSerializer;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.util.TokenBuffer;

/** {@link Json} to and from Java values, by Jackson's data binding. Loaded on first use. */
final class Mapping {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .addModule(new SimpleModule("tenon-json")
                    .setSerializerModifier(new TaggedSerializer.Everywhere())
                    .addSerializer(Json.class, new Write())
                    .addDeserializer(Json.class, new Read<>(Json.class))
                    .addDeserializer(Json.Obj.class, new Read<>(Json.Obj.class))
                    .addDeserializer(Json.Arr.class, new Read<>(Json.Arr.class))
                    .addDeserializer(Json.Str.class, new Read<>(Json.Str.class))
                    .addDeserializer(Json.Num.class, new Read<>(Json.Num.class))
                    .addDeserializer(Json.Bool.class, new Read<>(Json.Bool.class))
                    .addDeserializer(Json.Null.class, new Read<>(Json.Null.class)))
            .annotationIntrospector(AnnotationIntrospector.pair(
                    new tools.jackson.databind.introspect.JacksonAnnotationIntrospector(), new Conventions()))
            .changeDefaultPropertyInclusion(
                    v -> JsonInclude.Value.construct(JsonInclude.Include.NON_ABSENT, JsonInclude.Include.ALWAYS))
            .withConfigOverride(List.class, o -> o.setNullHandling(JsonSetter.Value.forValueNulls(Nulls.AS_EMPTY)))
            .withConfigOverride(
                    Collection.class, o -> o.setNullHandling(JsonSetter.Value.forValueNulls(Nulls.AS_EMPTY)))
            .withConfigOverride(
                    java.util.Set.class, o -> o.setNullHandling(JsonSetter.Value.forValueNulls(Nulls.AS_EMPTY)))
            .withConfigOverride(Map.class, o -> o.setNullHandling(JsonSetter.Value.forValueNulls(Nulls.AS_EMPTY)))
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .disable(tools.jackson.databind.SerializationFeature.FAIL_ON_EMPTY_BEANS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(tools.jackson.databind.cfg.JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .disable(DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(DateTimeFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
            .disable(DateTimeFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE)
            .disable(tools.jackson.databind.MapperFeature.REQUIRE_TYPE_ID_FOR_SUBTYPES)
            .build();

    private Mapping() {}

    static JsonMapper mapper() {
        return MAPPER;
    }

    static Json toJson(Object value) {
        try (TokenBuffer buffer = TokenBuffer.forGeneration()) {
            MAPPER.writeValue(buffer, value);
            try (JsonParser parser = buffer.asParser()) {
                return JacksonJson.read(parser);
            }
        } catch (JacksonException e) {
            throw new JsonException(
                    "json.encode",
                    value.getClass().getName() + " has no JSON form: " + plain(e) + path(e),
                    Map.of("class", value.getClass().getName()),
                    e);
        } catch (StackOverflowError e) {
            throw new JsonException(
                    "json.encode",
                    value.getClass().getName() + " has no JSON form: it holds itself, or is nested too deep",
                    Map.of("class", value.getClass().getName()),
                    null);
        }
    }

    @SuppressWarnings("unchecked")
    static <T> T fromJson(Json json, Type type) {
        if (type instanceof Class<?> raw && raw.isInstance(json)) {
            return (T) json;
        }
        try (JsonParser parser = new TreeParser(json)) {
            T value = MAPPER.readValue(parser, MAPPER.getTypeFactory().constructType(type));
            if (value == null) {
                throw JsonException.wanted(type.getTypeName(), json);
            }
            return value;
        } catch (JacksonException e) {
            throw new JsonException(
                    "json.decode",
                    "expected " + type.getTypeName() + path(e) + ": " + plain(e),
                    Map.of("type", type.getTypeName()),
                    e);
        }
    }

    /** Jackson's words without its reference chain, and without the line in a text that never was. */
    private static String plain(JacksonException e) {
        Throwable cause = e.getCause();
        String message = cause instanceof JsonException || cause instanceof IllegalArgumentException
                ? Objects.requireNonNullElse(cause.getMessage(), e.getOriginalMessage())
                : e.getOriginalMessage();
        return message == null ? e.getClass().getSimpleName() : message;
    }

    private static String path(JacksonException e) {
        if (!(e instanceof DatabindException) || e.getPath().isEmpty()) {
            return "";
        }
        StringBuilder out = new StringBuilder(" at $");
        for (JacksonException.Reference step : e.getPath()) {
            if (step.getPropertyName() != null) {
                out.append('.').append(step.getPropertyName());
            } else if (step.getIndex() >= 0) {
                out.append('[').append(step.getIndex()).append(']');
            }
        }
        return out.toString();
    }

    /** What this library's own values rely on; annotations that a class carries come first. */
    private static final class Conventions extends NopAnnotationIntrospector {
        private static final long serialVersionUID = 1L;

        @Override
        public JsonTypeInfo.@Nullable Value findPolymorphicTypeInfo(MapperConfig<?> config, Annotated annotated) {
            if (!(annotated instanceof AnnotatedClass type)) {
                return null;
            }
            Class<?> root = Tags.root(type.getRawType());
            if (root == null || type.getRawType().isEnum()) {
                return null;
            }
            return JsonTypeInfo.Value.construct(
                    JsonTypeInfo.Id.NAME, JsonTypeInfo.As.PROPERTY, Tags.MEMBER, null, false, Boolean.FALSE, null);
        }

        @Override
        public @Nullable List<NamedType> findSubtypes(MapperConfig<?> config, Annotated annotated) {
            if (!(annotated instanceof AnnotatedClass type)
                    || !type.getRawType().isSealed()) {
                return null;
            }
            if (Tags.root(type.getRawType()) == null) {
                return null;
            }
            List<NamedType> names = new ArrayList<>();
            Tags.of(type.getRawType()).forEach((tag, leaf) -> names.add(new NamedType(leaf, tag)));
            return names;
        }

        @Override
        public @Nullable String findTypeName(MapperConfig<?> config, AnnotatedClass type) {
            Class<?> root = Tags.root(type.getRawType());
            return root == null || type.getRawType().isSealed() ? null : Tags.tag(root, type.getRawType());
        }

        @Override
        public @Nullable Boolean hasAnyGetter(MapperConfig<?> config, Annotated annotated) {
            boolean extra = annotated instanceof AnnotatedMethod method
                    && method.getParameterCount() == 0
                    && method.getName().equals("extra")
                    && method.getDeclaringClass().isRecord()
                    && method.getRawType() == Map.class;
            return extra ? Boolean.TRUE : null;
        }

        @Override
        public @Nullable Boolean hasAnySetter(MapperConfig<?> config, Annotated annotated) {
            if (!(annotated instanceof AnnotatedParameter parameter)) {
                return null;
            }
            Class<?> owner = parameter.getDeclaringClass();
            if (!owner.isRecord() || parameter.getRawType() != Map.class) {
                return null;
            }
            RecordComponent[] components = owner.getRecordComponents();
            boolean extra = parameter.getIndex() < components.length
                    && components[parameter.getIndex()].getName().equals("extra");
            return extra ? Boolean.TRUE : null;
        }

        @Override
        public Version version() {
            return Version.unknownVersion();
        }
    }

    private static final class Write extends ValueSerializer<Json> {
        @Override
        public void serialize(Json value, JsonGenerator out, SerializationContext context) {
            JacksonJson.write(value, out);
        }

        @Override
        public void serializeWithType(
                Json value, JsonGenerator out, SerializationContext context, TypeSerializer typed) {
            JacksonJson.write(value, out);
        }
    }

    private static final class Read<T extends Json> extends ValueDeserializer<T> {
        private final Class<T> type;

        Read(Class<T> type) {
            this.type = type;
        }

        @Override
        public T deserialize(JsonParser parser, DeserializationContext context) {
            // Where a class is made of its whole JSON form, Jackson calls for that form inside of the object.
            Json json = parser.hasToken(JsonToken.END_OBJECT)
                    ? Json.Obj.EMPTY
                    : parser.hasToken(JsonToken.PROPERTY_NAME)
                            ? JacksonJson.members(parser, parser.currentName())
                            : JacksonJson.read(parser);
            if (!type.isInstance(json)) {
                throw JsonException.wanted(type.getSimpleName(), json);
            }
            return type.cast(json);
        }

        @Override
        public @Nullable T getNullValue(DeserializationContext context) {
            return type.isInstance(Json.NULL) ? type.cast(Json.NULL) : null;
        }

        @Override
        public @Nullable Object getAbsentValue(DeserializationContext context) {
            return type == Json.Obj.class ? Json.Obj.EMPTY : null;
        }
    }
}
