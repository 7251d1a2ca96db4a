package dev.tenon.json;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.BeanProperty;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.SerializationConfig;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.jsonFormatVisitors.JsonFormatVisitorWrapper;
import tools.jackson.databind.jsontype.TypeSerializer;
import tools.jackson.databind.ser.ValueSerializerModifier;

/**
 * Writes a member of a sealed interface with its tag wherever it stands. Jackson goes by the declared type, and so would leave it out within a list whose items have
 * none: {@code List.of(new Circle(1))}, a map, a type variable.
 */
final class TaggedSerializer extends ValueSerializer<Object> {
    /** Wraps the serializers of all members of sealed interfaces. */
    static final class Everywhere extends ValueSerializerModifier {
        private static final long serialVersionUID = 1L;

        @Override
        public ValueSerializer<?> modifySerializer(
                SerializationConfig config, BeanDescription.Supplier bean, ValueSerializer<?> serializer) {
            Class<?> type = bean.getBeanClass();
            return type.isEnum() || Tags.root(type) == null
                    ? serializer
                    : new TaggedSerializer(bean.getType(), serializer);
        }
    }

    private final JavaType type;
    private final ValueSerializer<Object> plain;
    private @Nullable TypeSerializer tag;

    @SuppressWarnings("unchecked")
    private TaggedSerializer(JavaType type, ValueSerializer<?> plain) {
        this.type = type;
        this.plain = (ValueSerializer<Object>) plain;
    }

    @Override
    public void resolve(SerializationContext context) {
        plain.resolve(context);
        tag = context.findTypeSerializer(type);
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // Whether it is another one.
    public ValueSerializer<?> createContextual(SerializationContext context, BeanProperty property) {
        ValueSerializer<?> fitting = plain.createContextual(context, property);
        if (fitting == plain) {
            return this;
        }
        TaggedSerializer copy = new TaggedSerializer(type, fitting);
        copy.tag = tag;
        return copy;
    }

    @Override
    public void serialize(Object value, JsonGenerator out, SerializationContext context) {
        if (tag == null) {
            plain.serialize(value, out, context);
        } else {
            plain.serializeWithType(value, out, context, tag);
        }
    }

    @Override
    public void serializeWithType(
            Object value, JsonGenerator out, SerializationContext context, TypeSerializer declared) {
        plain.serializeWithType(value, out, context, declared);
    }

    @Override
    public boolean isEmpty(SerializationContext context, Object value) {
        return plain.isEmpty(context, value);
    }

    @Override
    public boolean usesObjectId() {
        return plain.usesObjectId();
    }

    @Override
    public Class<?> handledType() {
        return plain.handledType();
    }

    @Override
    public ValueSerializer<?> getDelegatee() {
        return plain;
    }

    @Override
    public void acceptJsonFormatVisitor(JsonFormatVisitorWrapper visitor, JavaType hint) {
        plain.acceptJsonFormatVisitor(visitor, hint);
    }
}
