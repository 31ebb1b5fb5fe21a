"""The two built-in functions in LLVM's language: they run a kernel, and make objects of Python's of what it gives.

Statuses of ``@run`` that no kernel has: -1, nothing was computed; -2, there is no memory, and an exception is set. What stands
behind a dollar is filled in by `entry_code`.
"""

TEXT = """\
; The mean loss and the array of results, or None.
define ptr @direct(ptr %self, ptr %arguments, i64 %count) {
entry:
  %results = alloca [2 x double], align 16
  %made = alloca ptr
  store ptr null, ptr %made
  store [2 x double] zeroinitializer, ptr %results
  %status = call i64 @run(ptr %self, ptr %arguments, i64 %count, ptr %results, ptr %made, i1 true)
  %out = load ptr, ptr %made
  %is_error = icmp eq i64 %status, -2
  br i1 %is_error, label %error, label %computed
computed:
  %is_well = icmp eq i64 %status, 0
  %squares_place = getelementptr double, ptr %results, i64 1
  %loss = load double, ptr %results
  %squares = load double, ptr %squares_place
  %loss_or_nan = fsub double %loss, %loss
  %squares_or_nan = fsub double %squares, %squares
  %zero_or_nan = fadd double %loss_or_nan, %squares_or_nan
  %are_finite = fcmp oeq double %zero_or_nan, 0.0
  %is_answer = and i1 %is_well, %are_finite
  br i1 %is_answer, label %answer, label %look
look:
  %is_made = icmp ne ptr %out, null
  br i1 %is_made, label %dropped, label %none
dropped:
  call void @Py_DecRef(ptr %out)
  br label %none
none:
  %nothing = inttoptr i64 $NONE to ptr
  call void @Py_IncRef(ptr %nothing)
  ret ptr %nothing
answer:
  %pair = call ptr @PyTuple_New(i64 2)
  %no_pair = icmp eq ptr %pair, null
  br i1 %no_pair, label %no_memory, label %filled
filled:
  %number = call ptr @PyFloat_FromDouble(double %loss)
  %first = call i32 @PyTuple_SetItem(ptr %pair, i64 0, ptr %number)
  %second = call i32 @PyTuple_SetItem(ptr %pair, i64 1, ptr %out)
  %no_number = icmp eq ptr %number, null
  br i1 %no_number, label %half, label %done
half:
  call void @Py_DecRef(ptr %pair)
  ret ptr null
done:
  ret ptr %pair
no_memory:
  call void @Py_DecRef(ptr %out)
  ret ptr null
error:
  ret ptr null
}

; The status, the mean loss and the sum of squares, or None.
define ptr @careful(ptr %self, ptr %arguments, i64 %count) {
entry:
  %results = alloca [2 x double], align 16
  %made = alloca ptr
  store ptr null, ptr %made
  store [2 x double] zeroinitializer, ptr %results
  %status = call i64 @run(ptr %self, ptr %arguments, i64 %count, ptr %results, ptr %made, i1 false)
  %out = load ptr, ptr %made
  %is_made = icmp ne ptr %out, null
  br i1 %is_made, label %dropped, label %ran
dropped:
  call void @Py_DecRef(ptr %out)
  br label %ran
ran:
  switch i64 %status, label %answer [ i64 -2, label %error
                                      i64 -1, label %none ]
none:
  %nothing = inttoptr i64 $NONE to ptr
  call void @Py_IncRef(ptr %nothing)
  ret ptr %nothing
answer:
  %triple = call ptr @PyTuple_New(i64 3)
  %no_triple = icmp eq ptr %triple, null
  br i1 %no_triple, label %error, label %filled
filled:
  %squares_place = getelementptr double, ptr %results, i64 1
  %loss = load double, ptr %results
  %squares = load double, ptr %squares_place
  %a = call ptr @PyLong_FromLongLong(i64 %status)
  %b = call ptr @PyFloat_FromDouble(double %loss)
  %c = call ptr @PyFloat_FromDouble(double %squares)
  %first = call i32 @PyTuple_SetItem(ptr %triple, i64 0, ptr %a)
  %second = call i32 @PyTuple_SetItem(ptr %triple, i64 1, ptr %b)
  %third = call i32 @PyTuple_SetItem(ptr %triple, i64 2, ptr %c)
  %no_a = icmp eq ptr %a, null
  %no_b = icmp eq ptr %b, null
  %no_c = icmp eq ptr %c, null
  %no_a_or_b = or i1 %no_a, %no_b
  %is_half = or i1 %no_a_or_b, %no_c
  br i1 %is_half, label %half, label %done
half:
  call void @Py_DecRef(ptr %triple)
  ret ptr null
done:
  ret ptr %triple
error:
  ret ptr null
}
"""
