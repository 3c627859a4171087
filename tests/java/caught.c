/* A fault that -Xcheck:jni must tell of: it goes on with an exception that nobody looked at. */
#include <jni.h>

JNIEXPORT void JNICALL Java_Caught_wrong(JNIEnv *env, jclass self, jintArray array) {
    jint values[4];
    (void)self;
    (*env)->GetIntArrayRegion(env, array, 0, 4, values);
    (*env)->NewIntArray(env, 1);
}
