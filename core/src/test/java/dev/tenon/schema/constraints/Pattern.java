package dev.tenon.schema.constraints;

import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.FIELD, ElementType.METHOD, ElementType.PARAMETER, ElementType.TYPE_USE})
@Repeatable(Pattern.List.class)
public @interface Pattern {
    String regexp();

    Flag[] flags() default {};

    /** How the pattern is read. */
    enum Flag {
        CASE_INSENSITIVE
    }

    /** Several. */
    @Retention(RetentionPolicy.RUNTIME)
    @Target({ElementType.FIELD, ElementType.METHOD, ElementType.PARAMETER, ElementType.TYPE_USE})
    @interface List {
        Pattern[] value();
    }
}
