package dev.tenon;

import dev.tenon.checks.NullRules;
import dev.tenon.json.Json;
import dev.tenon.json.TypeRef;
import dev.tenon.run.Binding;
import dev.tenon.run.ForwardingBinding;
import dev.tenon.run.Machine;
import dev.tenon.run.Performer;
import dev.tenon.schema.JsonSchema;
import dev.tenon.schema.StrictProfile;
import dev.tenon.schema.StrictSchema;
import java.io.StringReader;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
                ForwardingBinding.class,
                () -> new Forwarded(new Named()),
                TypeRef.class,
                () -> new TypeRef<List<String>>() {},
                StrictSchema.class,
                () -> StrictProfile.OPENAI.apply(JsonSchema.of(String.class)),
                JsonParser.class,
                () -> new JsonFactory().createParser(ObjectReadContext.empty(), new StringReader("1")),
                JsonGenerator.class,
                () -> new JsonFactory().createGenerator(ObjectWriteContext.empty(), new StringWriter()));
    }

    private static final class Forwarded extends ForwardingBinding<Object, String, String> {
        private final Binding<Object, String, String> binding;

        Forwarded(Binding<Object, String, String> binding) {
            super(binding);
            this.binding = binding;
        }

        @Override
        public Machine<String> machine(Object input) {
            return binding.machine(input);
        }

        @Override
        public String result(Object input, Finished<String> finished) {
            return binding.result(input, finished);
        }
    }

    /** A program that does nothing. */
    private record Named() implements Binding<Object, String, String> {
        @Override
        public String name() {
            return "nothing";
        }

        @Override
        public Json definition() {
            return Json.NULL;
        }

        @Override
        public Machine<String> machine(Object input) {
            throw notRun(input);
        }

        @Override
        public Performer performer(Object input) {
            throw notRun(Objects.requireNonNull(input, "input"));
        }

        @Override
        public String result(Object input, Finished<String> finished) {
            throw notRun(input);
        }

        @Override
        public Json encode(Object input) {
            return Json.of(Objects.requireNonNull(input, "input"));
        }

        @Override
        public Object decode(Json input) {
            return Objects.requireNonNull(input, "input");
        }

        private static IllegalStateException notRun(Object input) {
            return new IllegalStateException("it is not run: " + input);
        }
    }
}
