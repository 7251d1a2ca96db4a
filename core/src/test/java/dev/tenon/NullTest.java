package dev.tenon;

import dev.tenon.checks.NullRules;
import dev.tenon.json.TypeRef;
import dev.tenon.schema.JsonSchema;
import dev.tenon.schema.StrictProfile;
import dev.tenon.schema.StrictSchema;
import java.io.StringReader;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

class NullTest extends NullRules {
    @Override
    protected Map<Class<?>, Supplier<?>> samples() {
        return Map.of(
                TypeRef.class,
                () -> new TypeRef<List<String>>() {},
                StrictSchema.class,
                () -> StrictProfile.OPENAI.apply(JsonSchema.of(String.class)),
                JsonParser.class,
                () -> new JsonFactory().createParser(ObjectReadContext.empty(), new StringReader("1")),
                JsonGenerator.class,
                () -> new JsonFactory().createGenerator(ObjectWriteContext.empty(), new StringWriter()));
    }
}
